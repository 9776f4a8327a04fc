package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netns.TestNetns;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RawIpSocketTest {
  private static final int HEADER = 20;

  /** An experimental protocol (RFC 3692). */
  private static final int PROTOCOL = 253;

  private static final int CAPACITY = 8;

  private static final int SLOT = 4096;

  private final PacketMemory memory = new PacketMemory(CAPACITY * SLOT);
  private final ByteBuffer bytes = memory.bytes();
  private final SendBatch out = new SendBatch(memory, CAPACITY, 2 * CAPACITY);
  private final ReceiveBatch in = new ReceiveBatch(CAPACITY, 16, SLOT);
  private final int here = Ip4.of("127.0.0.1").bits();
  private TestNetns inside;
  private RawIpSocket sender;
  private RawIpSocket receiver;

  @BeforeEach
  void openSockets() {
    inside = TestNetns.create();
    sender = inside.netns().call(RawIpSocket::withOwnHeaders);
    receiver = inside.netns().call(() -> RawIpSocket.ofProtocol(PROTOCOL));
  }

  @AfterEach
  void closeSockets() {
    sender.close();
    receiver.close();
    inside.close();
  }

  @Test
  void batchesAreSentAndReceivedWithSourceAndHeader() {
    receiver.receiveBuffer(1 << 20);
    for (int i = 0; i < CAPACITY; i++) {
      packet(i, "127.0.0." + (i + 1), 100 + i);
      outgoing(i, 100 + i, here);
    }
    assertThat(receiver.receive(in)).as("none yet").isEqualTo(-Errno.EAGAIN);
    assertThat(sender.send(out, 0, CAPACITY)).isEqualTo(CAPACITY);
    assertThat(out.length(3)).as("bytes sent").isEqualTo(103);
    assertThat(receiver.receive(in)).isEqualTo(CAPACITY);
    for (int i = 0; i < CAPACITY; i++) {
      assertThat(new Ip4(in.source(i))).isEqualTo(Ip4.of("127.0.0." + (i + 1)));
      assertThat(in.length(i)).isEqualTo(100 + i);
      int at = in.at(i);
      assertThat(in.memory().bytes().getShort(at + 2))
          .as("total length")
          .isEqualTo((short) (100 + i));
      assertThat(in.memory().bytes().getShort(at + 10)).as("checksum, filled in").isNotZero();
      assertThat(in.memory().bytes().get(at + HEADER)).isEqualTo((byte) i);
    }
  }

  @Test
  void sendingStopsAtTheFirstThatIsRefused() {
    inside.ip("link set lo mtu 1280");
    for (int i = 0; i < 3; i++) {
      int length = i == 1 ? 1400 : 100;
      packet(i, "127.0.0.1", length);
      outgoing(i, length, here);
    }
    assertThat(sender.send(out, 0, 3)).isEqualTo(1);
    assertThat(sender.send(out, 1, 2)).isEqualTo(-Errno.EMSGSIZE);
    assertThat(sender.send(out, 2, 1)).isEqualTo(1);
    outgoing(0, 100, Ip4.of("192.0.2.1").bits());
    assertThat(sender.send(out, 0, 1)).isEqualTo(-Errno.ENETUNREACH);
  }

  @Test
  void withoutOwnHeadersTheKernelWritesThemAndCutsWhatIsTooLarge() {
    inside.ip("link set lo mtu 1280");
    bytes.put(0, (byte) 7);
    outgoing(0, 3000, here);
    assertThat(receiver.send(out, 0, 1)).isEqualTo(1);
    assertThat(awaited(() -> receiver.receive(in))).isEqualTo(1);
    assertThat(in.length(0)).as("reassembled").isEqualTo(3000 + HEADER);
    assertThat(in.memory().bytes().get(in.at(0) + 8)).as("TTL").isEqualTo((byte) 64);
    assertThat(in.memory().bytes().get(in.at(0) + HEADER)).isEqualTo((byte) 7);
  }

  @Test
  void aBoundSocketReceivesForItsAddressOnly() {
    receiver.bind(Ip4.of("127.0.0.9"));
    packet(0, "127.0.0.1", 60);
    outgoing(0, 60, here);
    sender.send(out, 0, 1);
    bytes.putInt(16, Ip4.of("127.0.0.9").bits());
    outgoing(0, 60, Ip4.of("127.0.0.9").bits());
    sender.send(out, 0, 1);
    assertThat(receiver.receive(in)).isEqualTo(1);
    assertThat(in.memory().bytes().getInt(in.at(0) + 16)).isEqualTo(Ip4.of("127.0.0.9").bits());
  }

  @Test
  void aPacketMayLieInPieces() {
    packet(0, "127.0.0.1", 60);
    bytes.putInt(3000, 0x01020304);
    out.add(0, 40);
    out.add(3000, Integer.BYTES);
    out.add(40, 20);
    out.end(here);
    assertThat(out.length(0)).isEqualTo(64);
    assertThat(out.hasRoom(2 * CAPACITY)).isFalse();
    assertThat(sender.send(out, 0, 1)).isEqualTo(1);
    assertThat(receiver.receive(in)).isEqualTo(1);
    assertThat(in.length(0)).isEqualTo(64);
    assertThat(in.memory().bytes().getInt(in.at(0) + 40)).isEqualTo(0x01020304);
    out.skip(0, HEADER);
    assertThat(receiver.send(out, 0, 1)).isEqualTo(1);
    assertThat(receiver.receive(in)).isEqualTo(1);
    assertThat(in.memory().bytes().get(in.at(0) + 8)).as("the kernel's TTL").isEqualTo((byte) 64);
    assertThat(in.length(0)).isEqualTo(64);
  }

  @Test
  void piecesLieInsideOfTheMemory() {
    assertThatThrownBy(() -> out.add(CAPACITY * SLOT - 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  /** Packet {@code i} of the batch, which is its next one. */
  private void outgoing(int i, int length, int destination) {
    if (i == 0) {
      out.clear();
    }
    out.add(i * SLOT, length);
    out.end(destination);
  }

  private static int awaited(IntSupplier receive) {
    int result = receive.getAsInt();
    while (result == -Errno.EAGAIN) {
      Thread.onSpinWait();
      result = receive.getAsInt();
    }
    return result;
  }

  /** A packet of our own to 127.0.0.1 in slot {@code i}, its number behind the header. */
  private void packet(int i, String source, int length) {
    int at = i * SLOT;
    bytes.put(at, (byte) 0x45).put(at + 8, (byte) 64).put(at + 9, (byte) PROTOCOL);
    bytes.putInt(at + 12, Ip4.of(source).bits()).putInt(at + 16, here);
    bytes.put(at + HEADER, (byte) i);
    assertThat(length).isGreaterThan(HEADER);
  }
}
