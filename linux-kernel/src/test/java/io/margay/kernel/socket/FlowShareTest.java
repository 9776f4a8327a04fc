package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netns.TestNetns;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowShareTest {
  private static final int IPIP = 4;
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** As tcpdump -ddd would print it: code, jumps, operand. */
  @Test
  void theFilterOfIpipIsThis() {
    assertThat(text(FlowShare.ofIpip(1, 2)))
        .isEqualTo(
            """
            b1 0 0 00000000
            03 0 0 00000001
            80 0 0 00000000
            1c 0 0 00000000
            35 2 0 00000014
            00 0 0 00000000
            15 32 32 00000000
            40 0 0 0000000c
            02 0 0 00000000
            40 0 0 00000010
            61 0 0 00000000
            0c 0 0 00000000
            02 0 0 00000000
            61 0 0 00000001
            50 0 0 00000009
            15 1 0 00000006
            15 0 14 00000011
            48 0 0 00000006
            45 12 0 00003fff
            50 0 0 00000000
            54 0 0 0000000f
            64 0 0 00000002
            0c 0 0 00000000
            07 0 0 00000000
            80 0 0 00000000
            14 0 0 00000004
            3d 0 4 00000000
            40 0 0 00000000
            61 0 0 00000000
            ac 0 0 00000000
            02 0 0 00000000
            60 0 0 00000000
            74 0 0 00000010
            61 0 0 00000000
            ac 0 0 00000000
            24 0 0 9e3779b1
            74 0 0 00000010
            24 0 0 00000002
            74 0 0 00000010
            15 0 1 00000001
            06 0 0 ffffffff
            06 0 0 00000000
            """);
  }

  @Test
  void theKernelIsGivenNativeRecords() {
    ByteBuffer code = FlowShare.ofSenderPort(3).code();
    assertThat(code.remaining()).isEqualTo(4 * 8);
    assertThat(code.getShort(16)).isEqualTo((short) 0x94);
    assertThat(code.getInt(20)).isEqualTo(3);
  }

  private static String text(SocketFilter filter) {
    return filter.instructions().stream()
        .map(i -> "%02x %d %d %08x\n".formatted(i.code(), i.ifTrue(), i.ifFalse(), i.value()))
        .collect(Collectors.joining());
  }

  /** Whatever lies behind an outer header that the kernel has accepted. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void eachPacketComesToExactlyOne(int count) {
    var random = new Random(count);
    for (int run = 0; run < 5000; run++) {
      byte[] packet = new byte[20 + random.nextInt(90)];
      random.nextBytes(packet);
      packet[0] = (byte) (0x45 + random.nextInt(1 + Math.min(10, (packet.length - 20) / 4)));
      if (packet.length > 60 && random.nextBoolean()) {
        int inner = (packet[0] & 15) * 4;
        packet[Math.min(inner + 9, packet.length - 1)] = (byte) (random.nextBoolean() ? TCP : UDP);
        packet[Math.min(inner + 6, packet.length - 1)] = 0x40;
      }
      assertThat(takers(packet, count)).as("%s", HexFormat.of().formatHex(packet)).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({"2, 350, 650", "4, 150, 350", "8, 60, 190"})
  void flowsOfTwoHostsSpread(int count, int least, int most) {
    int[] taken = new int[count];
    for (int flow = 0; flow < 1000; flow++) {
      // Ports of outgoing connections in Linux: every other one.
      taken[taker(packet(TCP, 1, 32768 + 2 * flow, 5201, 0x4000), count)]++;
    }
    assertThat(Arrays.stream(taken)).allMatch(n -> n >= least && n <= most);
  }

  @Test
  void hostsSpreadWithoutPorts() {
    int[] taken = new int[2];
    for (int host = 1; host < 63; host++) {
      taken[taker(packet(1, host, 0, 0, 0), 2)]++;
    }
    assertThat(taken[0]).isBetween(15, 47);
  }

  @Test
  void onlyTheFlowDecides() {
    byte[] one = packet(TCP, 1, 40000, 80, 0x4000);
    byte[] another = packet(TCP, 1, 40000, 80, 0x4000);
    another[20 + 4] = 7;
    another[20 + 8] = 3;
    another[1] = 3;
    for (int count = 2; count <= 8; count++) {
      assertThat(taker(one, count)).isEqualTo(taker(another, count));
    }
  }

  /** Only the first has ports, so none may count. */
  @Test
  void fragmentsOfAPacketStayTogether() {
    for (int port = 0; port < 100; port++) {
      int first = taker(packet(UDP, 1, port, 9, 0x2000), 8);
      assertThat(taker(packet(UDP, 1, port + 1, 11, 0x2000), 8)).isEqualTo(first);
      assertThat(taker(packet(UDP, 1, 0, 0, 0x00b9), 8)).isEqualTo(first);
    }
  }

  @Test
  void whatIsTooShortIsTheFirstOnes() {
    byte[] outer = Arrays.copyOf(packet(TCP, 1, 1, 1, 0), 39);
    assertThat(takers(outer, 4)).containsExactly(0);
    assertThat(takers(Arrays.copyOf(outer, 20), 4)).containsExactly(0);
  }

  /** The kernel's own machine says the same as ours. */
  @Test
  void rawSocketsEachReceiveTheirs() {
    int count = 3;
    try (var inside = TestNetns.create();
        var sender = inside.netns().call(RawIpSocket::withOwnHeaders)) {
      List<RawIpSocket> sockets =
          inside
              .netns()
              .call(() ->
                  IntStream.range(0, count)
                      .mapToObj(i -> RawIpSocket.ofProtocol(IPIP, FlowShare.ofIpip(i, count)))
                      .toList());
      var memory = new PacketMemory(256);
      var out = new SendBatch(memory, 1, 1);
      var in = new ReceiveBatch(4, 0, 256);
      for (int flow = 0; flow < 60; flow++) {
        byte[] packet =
            flow == 0
                ? Arrays.copyOf(packet(UDP, 1, 1, 9, 0), 30)
                : packet(flow % 2 == 0 ? TCP : UDP, flow % 5, flow, 9, flow % 7 == 0 ? 0x2000 : 0);
        memory.bytes().put(0, packet);
        out.clear();
        out.add(0, packet.length);
        out.end(Ip4.of("127.0.0.1").bits());
        assertThat(sender.send(out, 0, 1)).isEqualTo(1);
        int taker = taker(packet, count);
        for (int i = 0; i < count; i++) {
          assertThat(sockets.get(i).receive(in))
              .as("flow %d at socket %d", flow, i)
              .isEqualTo(i == taker ? 1 : -Errno.EAGAIN);
        }
      }
      sockets.forEach(RawIpSocket::close);
    }
  }

  private static int taker(byte[] packet, int count) {
    List<Integer> takers = takers(packet, count);
    assertThat(takers).hasSize(1);
    return takers.getFirst();
  }

  private static List<Integer> takers(byte[] packet, int count) {
    var takers = new ArrayList<Integer>();
    for (int i = 0; i < count; i++) {
      int answer = FilterMachine.run(FlowShare.ofIpip(i, count), packet);
      assertThat(answer).as("all of it or nothing").isIn(0, -1);
      if (answer != 0) {
        takers.add(i);
      }
    }
    return takers;
  }

  /** From 10.244.1.HOST to 10.244.2.1, between nodes that are this host. */
  private static byte[] packet(int protocol, int host, int from, int to, int fragment) {
    ByteBuffer packet = ByteBuffer.allocate(60);
    header(packet, 0, IPIP, 0x7f000001, 0x7f000001, 0);
    header(packet, 20, protocol, 0x0af40100 + host, 0x0af40201, fragment);
    return packet.putShort(40, (short) from).putShort(42, (short) to).array();
  }

  private static void header(
      ByteBuffer packet, int at, int protocol, int source, int destination, int fragment) {
    packet.put(at, (byte) 0x45).putShort(at + 2, (short) (60 - at)).put(at + 8, (byte) 64);
    packet.putShort(at + 6, (short) fragment).put(at + 9, (byte) protocol);
    packet.putInt(at + 12, source).putInt(at + 16, destination);
  }
}
