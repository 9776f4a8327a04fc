package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunDeviceTest {
  private static final int SLOT = 2048;

  private final PacketMemory memory = new PacketMemory(SLOT);
  private final Pieces pieces = new Pieces(memory, 2);
  private TestNetns inside;

  @BeforeEach
  void makeNamespace() {
    inside = TestNetns.create();
  }

  @AfterEach
  void removeNamespace() {
    inside.close();
  }

  @Test
  void whatIsRoutedIntoItIsReadAndWhatIsWrittenArrives() {
    try (var tun = open("t0")) {
      inside.ip("addr add 10.9.0.1/24 dev t0");
      inside.ip("link set t0 up");
      assertThat(readIpv4(tun)).as("nothing yet").isEqualTo(-Errno.EAGAIN);
      inside.netns().run(() -> sendUdp("10.9.0.2"));
      int length = readIpv4(tun);
      assertThat(length).isEqualTo(TunDevice.HEADER + 28 + 5);
      int source = TunDevice.HEADER + 12;
      int destination = TunDevice.HEADER + 16;
      assertThat(memory.bytes().getInt(destination)).isEqualTo(0x0a090002);
      // Back with its ends exchanged, it is a packet from there to here.
      int from = memory.bytes().getInt(source);
      memory.bytes().putInt(source, memory.bytes().getInt(destination)).putInt(destination, from);
      assertThat(write(tun, length)).isEqualTo(length);
      assertThat(inside.ip("-s -j link show t0")).contains("\"rx\":{\"bytes\":33,\"packets\":1");
    }
  }

  @Test
  void itsMtuIsReadAsItChanges() {
    try (var tun = open("t0")) {
      assertThat(tun.mtu()).isEqualTo(1500);
      inside.ip("link set t0 mtu 1480");
      assertThat(tun.mtu()).isEqualTo(1480);
      inside.ip("link del t0");
      assertThat(tun.mtu()).isEqualTo(-Errno.ENODEV);
    }
  }

  @Test
  void itGoesWhenItIsClosedUnlessItIsPersistent() {
    var passing = open("t0");
    passing.close();
    assertThat(inside.ip("-br link")).doesNotContain("t0");
    var lasting = open("t0");
    lasting.persist(true);
    inside.ip("addr add 10.9.0.1/24 dev t0");
    lasting.close();
    assertThat(inside.ip("-br addr show t0")).contains("10.9.0.1/24");
    try (var again = open("t0")) {
      again.persist(false);
    }
    assertThat(inside.ip("-br link")).doesNotContain("t0");
  }

  @Test
  void anOpenOneAndADeviceOfAnotherKindAreRefusedWithTheReason() {
    inside.device("v0");
    assertThatThrownBy(() -> open("v0"))
        .isInstanceOf(KernelException.class)
        .hasMessage("open TUN device v0: EINVAL (a device of that name exists and is no TUN)");
    try (var tun = open("t0")) {
      assertThat(tun.name()).isEqualTo("t0");
      assertThatThrownBy(() -> open("t0"))
          .hasMessage("open TUN device t0: EBUSY (another process has it open)");
    }
    assertThatThrownBy(() -> open("sixteen-letters-")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFlowIsReadAtOneQueueAndAnAnswerThatIsWrittenDoesNotMoveIt() {
    TunDevice first = inside.netns().call(() -> TunDevice.openQueue("t0"));
    try (TunDevice second = inside.netns().call(() -> TunDevice.openQueue("t0"));
        TunDevice writer = inside.netns().call(() -> TunDevice.openWriter("t0"))) {
      assertThat(writer.isWriter()).isTrue();
      assertThat(second.isWriter()).isFalse();
      assertThat(writer.mtu()).isEqualTo(1500);
      inside.ip("addr add 10.9.0.1/24 dev t0");
      inside.ip("link set t0 up");
      boolean[] used = new boolean[2];
      for (int host = 2; host < 40; host++) {
        String to = "10.9.0." + host;
        try (DatagramSocket flow = inside.netns().call(TunDeviceTest::socket)) {
          send(flow, to);
          int length = readIpv4(first);
          used[length > 0 ? 0 : 1] = true;
          TunDevice where = length > 0 ? first : second;
          TunDevice other = length > 0 ? second : first;
          length = length > 0 ? length : readIpv4(second);
          assertThat(length).isEqualTo(TunDevice.HEADER + 28 + 5);
          answer();
          assertThat(write(writer, length)).isEqualTo(length);
          send(flow, to);
          assertThat(readIpv4(where)).isEqualTo(length);
          assertThat(readIpv4(other)).isEqualTo(-Errno.EAGAIN);
          assertThat(readIpv4(writer)).isEqualTo(-Errno.EAGAIN);
        }
      }
      assertThat(used).containsOnly(true);
    } finally {
      first.close();
    }
    assertThat(inside.ip("-br link")).doesNotContain("t0");
  }

  /** What lies in the memory, back. */
  private void answer() {
    int source = TunDevice.HEADER + 12;
    int ports = TunDevice.HEADER + 20;
    var bytes = memory.bytes();
    int from = bytes.getInt(source);
    bytes.putInt(source, bytes.getInt(source + 4)).putInt(source + 4, from);
    short port = bytes.getShort(ports);
    bytes.putShort(ports, bytes.getShort(ports + 2)).putShort(ports + 2, port);
  }

  @Test
  void oneQueueAndSeveralAreNotMixed() {
    try (TunDevice one = open("t0")) {
      assertThat(one.isWriter()).isFalse();
      assertThatThrownBy(() -> inside.netns().call(() -> TunDevice.openQueue("t0")))
          .hasMessageContaining("EINVAL (a device of that name exists and is no TUN with several");
    }
    try (TunDevice several = inside.netns().call(() -> TunDevice.openQueue("t1"))) {
      assertThat(several.name()).isEqualTo("t1");
      assertThatThrownBy(() -> open("t1")).hasMessageContaining("EINVAL");
    }
  }

  @Test
  void downAndNonsenseAndDeletionAreAnswersOfTheWrite() {
    try (var tun = open("t0")) {
      int length = TunDevice.HEADER + 20;
      memory.bytes().put(TunDevice.HEADER, (byte) 0x45);
      assertThat(write(tun, length)).isEqualTo(-Errno.EIO);
      inside.ip("link set t0 up");
      memory.bytes().put(TunDevice.HEADER, (byte) 0x15);
      assertThat(write(tun, length)).isEqualTo(-Errno.EINVAL);
      inside.ip("link del t0");
      assertThat(write(tun, length)).isEqualTo(-TunDevice.EBADFD);
      assertThat(tun.read(memory, 0, SLOT)).isEqualTo(-TunDevice.EBADFD);
    }
  }

  @Test
  void aWaitEndsWithAPacketWithDeletionAndWhenItIsStopped() throws Exception {
    try (var tun = open("t0");
        var waiter = new ReadWaiter(tun.fd())) {
      inside.ip("addr add 10.9.0.1/24 dev t0");
      inside.ip("link set t0 up");
      inside.netns().run(() -> sendUdp("10.9.0.2"));
      assertThat(waiter.await()).isTrue();
      inside.ip("link del t0");
      assertThat(waiter.await()).as("a read would answer EBADFD").isTrue();
      Thread waiting = Thread.ofPlatform().start(waiter::stop);
      waiting.join();
      assertThat(waiter.await()).isFalse();
      assertThat(waiter.await()).as("for good").isFalse();
    }
  }

  @Test
  void whatIsWrittenMayLieInPieces() {
    try (var tun = open("t0")) {
      inside.ip("link set t0 up");
      memory.bytes().put(TunDevice.HEADER, (byte) 0x45);
      pieces.add(0, TunDevice.HEADER + 1);
      pieces.add(100, 39);
      assertThat(tun.write(pieces)).isEqualTo(TunDevice.HEADER + 40);
      assertThat(inside.ip("-s -j link show t0")).contains("\"rx\":{\"bytes\":40,\"packets\":1");
    }
  }

  @Test
  void checksumsAreLeftToTheReaderOnceItSaysSo() {
    try (var tun = open("t0")) {
      inside.ip("addr add 10.9.0.1/24 dev t0");
      inside.ip("link set t0 up");
      inside.netns().run(() -> sendUdp("10.9.0.2"));
      readIpv4(tun);
      assertThat(memory.bytes().get(0)).as("finished").isZero();
      tun.offload();
      inside.netns().run(() -> sendUdp("10.9.0.2"));
      readIpv4(tun);
      assertThat(memory.bytes().get(0)).as("VIRTIO_NET_HDR_F_NEEDS_CSUM").isEqualTo((byte) 1);
    }
  }

  private int write(TunDevice tun, int length) {
    pieces.clear();
    pieces.add(0, length);
    return tun.write(pieces);
  }

  /** Reads until something else comes than what IPv6 says by itself. */
  private int readIpv4(TunDevice tun) {
    int length = tun.read(memory, 0, SLOT);
    while (length > 0 && memory.bytes().get(TunDevice.HEADER) >> 4 == 6) {
      length = tun.read(memory, 0, SLOT);
    }
    return length;
  }

  private TunDevice open(String name) {
    return inside.netns().call(() -> TunDevice.open(name));
  }

  private static void sendUdp(String to) {
    try (var socket = socket()) {
      send(socket, to);
    }
  }

  private static DatagramSocket socket() {
    try {
      return new DatagramSocket();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void send(DatagramSocket socket, String to) {
    try {
      var there = InetAddress.getByName(to);
      socket.send(new DatagramPacket("hello".getBytes(StandardCharsets.US_ASCII), 5, there, 9));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
