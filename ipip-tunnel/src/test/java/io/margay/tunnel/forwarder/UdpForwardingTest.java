package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.ProgramResult;
import io.margay.tunnel.control.ForwarderLaunch;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packets inside of UDP between two forwarders, and between one and a socket of the JDK's. */
class UdpForwardingTest {
  private static final Wire WIRE = new Wire(WireFormat.UDP, ForwarderLaunch.UDP_PORT);

  private static ForwarderPair pair;

  @BeforeAll
  static void makePair() {
    pair = new ForwarderPair(TunnelKey.UDP, WIRE);
  }

  @AfterAll
  static void removePair() {
    pair.close();
  }

  @Test
  void pingsArrive() {
    assertThat(ping("-c", "20", "-i", "0.01").out()).contains(" 0% packet loss");
    assertThat(ping("-c", "2", "-i", "0.01", "-s", "5000").out()).contains(" 0% packet loss");
  }

  @Test
  void megabytesArriveWholeAsFewDatagramsOfManySegments() throws Exception {
    long before = pair.count(pair.near, Counter.SENT_PACKETS);
    Transfer.of(8 << 20, pair.first, pair.second, "10.244.2.1");
    long packets = pair.count(pair.near, Counter.SENT_PACKETS) - before;
    assertThat(packets).as("segments are counted one by one").isGreaterThan((8 << 20) / 1500);
    assertThat(pair.second.run("nstat", "-asz", "TcpInCsumErrors").orThrow().out())
        .containsPattern("TcpInCsumErrors +0 ");
    String datagrams = pair.second.run("nstat", "-asz", "UdpInDatagrams").orThrow().out();
    long received =
        Long.parseLong(datagrams.replaceFirst("(?s).*UdpInDatagrams +([0-9]+).*", "$1"));
    assertThat(received).as("datagrams of the kernel").isLessThan(packets);
  }

  @Test
  void aNarrowPathCutsWhatMayBeCutAndTellsOfTheRest() throws Exception {
    cableMtu(1300);
    try {
      assertThat(ping("-c", "2", "-i", "0.01", "-s", "1400", "-M", "dont").out())
          .contains(" 0% packet loss");
      assertThat(ping("-c", "1", "-s", "1400", "-M", "do").out())
          .contains("Frag needed and DF set (mtu = 1272)");
      Transfer.of(1 << 20, pair.first, pair.second, "10.244.2.1");
    } finally {
      cableMtu(1500);
      pair.first.ip("route flush cache");
    }
  }

  @Test
  void theDatagramIsTheBarePacketAsFlannelHasIt() throws Exception {
    try (DatagramSocket strange = pair.first.netns().call(() -> socket("10.0.0.1", 0))) {
      // From a port that is not ours: Flannel's looks at the address alone, too.
      long before = pair.count(pair.far, Counter.RECEIVED_PACKETS);
      strange.send(new DatagramPacket(udp(), 28, far()));
      assertThat(reaches(pair.far, Counter.RECEIVED_PACKETS, before + 1)).isTrue();
      assertThat(pair.count(pair.far, Counter.RECEIVED_BYTES)).isGreaterThanOrEqualTo(56);
    }
  }

  @Test
  void strangersAndNonsenseAreDroppedAndCounted() throws Exception {
    long unknown = pair.count(pair.far, Counter.DROPPED_UNKNOWN_SOURCE);
    pair.first.ip("addr add 10.0.0.99/24 dev e");
    try (DatagramSocket stranger = pair.first.netns().call(() -> socket("10.0.0.99", 0));
        DatagramSocket known = pair.first.netns().call(() -> socket("10.0.0.1", 0))) {
      stranger.send(new DatagramPacket(udp(), 28, far()));
      assertThat(reaches(pair.far, Counter.DROPPED_UNKNOWN_SOURCE, unknown + 1)).isTrue();
      long malformed = pair.count(pair.far, Counter.DROPPED_MALFORMED);
      known.send(new DatagramPacket(new byte[0], 0, far()));
      known.send(new DatagramPacket(udp(), 27, far()));
      known.send(new DatagramPacket(new byte[100], 100, far()));
      assertThat(reaches(pair.far, Counter.DROPPED_MALFORMED, malformed + 3)).isTrue();
    }
  }

  private static ProgramResult ping(String... options) {
    var argv = new ArrayList<>(List.of("ping", "-n", "-W", "2"));
    argv.addAll(List.of(options));
    argv.add("10.244.2.1");
    return pair.first.run(argv.toArray(String[]::new));
  }

  private static void cableMtu(int mtu) {
    pair.first.ip("link set e mtu " + mtu);
    pair.second.ip("link set e mtu " + mtu);
  }

  /** A packet of UDP with nothing inside, to a port that nobody listens on. */
  private static byte[] udp() {
    ByteBuffer packet = ByteBuffer.allocate(28);
    packet.put(0, (byte) 0x45).putShort(2, (short) 28).put(8, (byte) 64).put(9, (byte) 17);
    packet.putInt(12, 0x0af40101).putInt(16, 0x0af40201);
    return packet.putShort(22, (short) 9).putShort(24, (short) 8).array();
  }

  private static InetSocketAddress far() throws IOException {
    return new InetSocketAddress(InetAddress.getByName("10.0.0.2"), ForwarderLaunch.UDP_PORT);
  }

  private static DatagramSocket socket(String address, int port) {
    try {
      return new DatagramSocket(port, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean reaches(Forwarder forwarder, Counter counter, long expected) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (pair.count(forwarder, counter) < expected && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    return pair.count(forwarder, counter) >= expected;
  }
}
