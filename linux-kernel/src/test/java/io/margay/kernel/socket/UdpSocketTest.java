package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpSocketTest {
  private static final int PORT = 8285;
  private static final int SLOT = 4096;
  private static final int HERE = Ip4.of("127.0.0.1").bits();

  private final PacketMemory memory = new PacketMemory(8 * SLOT);
  private final SendBatch out = new SendBatch(memory, 4, 16, PORT);
  private final ReceiveBatch in = new ReceiveBatch(4, 0, SLOT);
  private TestNetns inside;
  private UdpSocket socket;

  @BeforeEach
  void openSocket() {
    inside = TestNetns.create();
    socket = open();
  }

  @AfterEach
  void closeSocket() {
    socket.close();
    inside.close();
  }

  private UdpSocket open() {
    return inside.netns().call(() -> UdpSocket.bound(Ip4.ANY, PORT));
  }

  @Test
  void aPortIsBoundOnce() {
    assertThatThrownBy(this::open)
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("EADDRINUSE");
  }

  @Test
  void socketsThatShareAPortEachReceiveWhatCameFromTheirPorts() {
    socket.close();
    int count = 3;
    List<UdpSocket> all =
        inside
            .netns()
            .call(() -> UdpSocket.sharing(Ip4.ANY, PORT, count, FlowShare.ofSenderPort(count)));
    assertThatThrownBy(this::open).as("alone").hasMessageContaining("EADDRINUSE");
    assertThatThrownBy(() ->
            inside
                .netns()
                .call(() -> UdpSocket.sharing(Ip4.ANY, PORT, 2, FlowShare.ofSenderPort(2))))
        .as("as several of another process")
        .hasMessageContaining("EADDRINUSE");
    for (int port = PORT + 1; port < PORT + 7; port++) {
      int from = port;
      try (UdpSocket sender = inside.netns().call(() -> UdpSocket.sendingFrom(from))) {
        out.clear();
        out.add(0, 100);
        out.end(HERE);
        assertThat(sender.send(out, 0, 1)).isEqualTo(1);
        for (int i = 0; i < count; i++) {
          assertThat(all.get(i).receive(in))
              .as("from %d at %d", port, i)
              .isEqualTo(i == port % count ? 1 : -Errno.EAGAIN);
        }
      }
    }
    all.forEach(UdpSocket::close);
  }

  @Test
  void whatOnlySendsReceivesNothingAndSharesItsPortWithItsLike() {
    try (UdpSocket one = inside.netns().call(() -> UdpSocket.sendingFrom(PORT + 1));
        UdpSocket another = inside.netns().call(() -> UdpSocket.sendingFrom(PORT + 1))) {
      var toThem = new SendBatch(memory, 1, 1, PORT + 1);
      toThem.add(0, 10);
      toThem.end(HERE);
      assertThat(socket.send(toThem, 0, 1)).isEqualTo(1);
      assertThat(one.receive(in)).isEqualTo(-Errno.EAGAIN);
      assertThat(another.receive(in)).isEqualTo(-Errno.EAGAIN);
    }
  }

  @Test
  void datagramsAreSentAndReceivedWithTheirSource() {
    out.add(0, 100);
    out.end(HERE);
    out.add(SLOT, 7);
    out.add(0, 3);
    out.end(Ip4.of("127.0.0.2").bits());
    assertThat(socket.send(out, 0, 2)).isEqualTo(2);
    assertThat(out.destination(1)).isEqualTo(Ip4.of("127.0.0.2").bits());
    assertThat(socket.receive(in)).isEqualTo(2);
    assertThat(in.length(0)).isEqualTo(100);
    assertThat(in.segment(0)).as("one alone").isEqualTo(100);
    assertThat(in.source(0)).isEqualTo(HERE);
    assertThat(in.length(1)).isEqualTo(10);
    assertThat(socket.receive(in)).isEqualTo(-Errno.EAGAIN);
  }

  @Test
  void segmentsAreSentAsOneAndReceivedAsManyUnlessTheyAreAskedForJoined() {
    for (int i = 0; i < 3; i++) {
      memory.bytes().put(i * SLOT, (byte) (i + 1));
      out.add(i * SLOT, i < 2 ? 200 : 50);
    }
    out.end(HERE, 200);
    assertThat(out.pieces(0)).isEqualTo(3);
    assertThat(socket.send(out, 0, 1)).isEqualTo(1);
    assertThat(socket.receive(in)).isEqualTo(3);
    assertThat(in.length(2)).isEqualTo(50);
    assertThat(in.memory().bytes().get(in.at(2))).isEqualTo((byte) 3);

    socket.joined();
    assertThat(socket.send(out, 0, 1)).isEqualTo(1);
    assertThat(socket.receive(in)).isEqualTo(1);
    assertThat(in.length(0)).isEqualTo(450);
    assertThat(in.segment(0)).isEqualTo(200);
    assertThat(in.memory().bytes().get(in.at(0) + 200)).isEqualTo((byte) 2);
  }

  @Test
  void whatThePathCannotTakeIsRefusedOrCut() {
    inside.ip("link set lo mtu 1280");
    out.add(0, 2000);
    out.end(HERE);
    assertThat(socket.send(out, 0, 1)).isEqualTo(-Errno.EMSGSIZE);
    socket.cutting(true);
    assertThat(socket.send(out, 0, 1)).isEqualTo(1);
    socket.cutting(false);
    assertThat(socket.send(out, 0, 1)).isEqualTo(-Errno.EMSGSIZE);
  }

  @Test
  void partsOfAPacketCanBeSentAlone() {
    for (int i = 0; i < 4; i++) {
      out.add(i * SLOT, 10 + i);
    }
    out.end(HERE, 21);
    var alone = new SendBatch(memory, 1, 2, PORT);
    alone.addTwo(out, 0, 2);
    alone.end(HERE);
    assertThat(alone.offset(0)).isEqualTo(2 * SLOT);
    assertThat(alone.firstLength(0)).isEqualTo(12);
    assertThat(alone.length(0)).isEqualTo(25);
  }

  @Test
  void theWayToAHostSaysHowMuchItTakes() {
    inside.device("d0");
    inside.ip("addr add 10.9.0.1/24 dev d0");
    inside.ip("link set d0 mtu 1400 up");
    try (PathMtu path = inside.netns().call(PathMtu::new)) {
      assertThat(path.to(Ip4.of("10.9.0.2").bits())).isEqualTo(1400);
      assertThat(path.to(Ip4.of("192.0.2.1").bits())).isEqualTo(-Errno.ENETUNREACH);
      inside.ip("route add 192.0.2.0/24 via 10.9.0.2 mtu 1300");
      assertThat(path.to(Ip4.of("192.0.2.1").bits())).isEqualTo(1300);
    }
  }
}
