package io.margay.kernel.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.frame.Announcement;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node and another host on one link; the host's kernel says what it made of a frame. */
class PacketSocketTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Mac MAC = Mac.of("02:00:00:00:00:07");

  private TestNetns node;
  private TestNetns host;
  private PacketSocket socket;

  @BeforeEach
  void wire() {
    node = TestNetns.create();
    host = TestNetns.create();
    node.ip("link add eth0 type veth peer name eth0 netns " + host.name());
    node.ip("link set eth0 up");
    host.ip("link set eth0 up");
    host.ip("addr add 172.30.1.1/24 dev eth0");
    host.ip("addr add fd00:30:1::1/64 dev eth0 nodad");
    socket = node.netns().call(PacketSocket::open);
  }

  @AfterEach
  void takeAway() {
    socket.close();
    node.close();
    host.close();
  }

  private int index() {
    String line = node.ip("-o link show eth0");
    return Integer.parseInt(line.substring(0, line.indexOf(':')));
  }

  private void tell(String address, String source) {
    socket.send(index(), Announcement.of(Ip.of(address), MAC, Ip.of(source)));
  }

  private void awaitEntry(String address, String state) throws InterruptedException {
    long end = System.nanoTime() + LONG.toNanos();
    while (!host.ip("neigh show " + address).contains(state)) {
      assertThat(System.nanoTime()).as(host.ip("neigh show")).isLessThan(end);
      Thread.sleep(20);
    }
  }

  @Test
  void whoHasAnAddressCachedHearsWhereItIsNow() throws InterruptedException {
    for (String[] pair :
        new String[][] {{"172.30.1.77", "172.30.1.9"}, {"fd00:30:1::77", "fe80::7"}}) {
      for (String state : new String[] {"reachable", "stale"}) {
        host.ip("neigh replace " + pair[0] + " lladdr 02:00:00:00:00:99 dev eth0 nud " + state);
        tell(pair[0], pair[1]);
        awaitEntry(pair[0], "lladdr " + MAC);
      }
    }
  }

  @Test
  void whoHasNotDoesNotLearnIt() throws InterruptedException {
    host.ip("neigh replace 172.30.1.78 lladdr 02:00:00:00:00:99 dev eth0 nud stale");
    tell("172.30.1.77", "172.30.1.9");
    tell("172.30.1.78", "172.30.1.9");
    awaitEntry("172.30.1.78", "lladdr " + MAC);
    assertThat(host.ip("neigh show 172.30.1.77")).isEmpty();
  }

  @Test
  void aDeviceThatIsDownOrGoneIsSaid() {
    ByteBuffer frame = Announcement.arp(Ip4.of("172.30.1.77"), MAC);
    int index = index();
    node.ip("link set eth0 down");
    assertThatThrownBy(() -> socket.send(index, frame))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENETDOWN));
    node.ip("link del eth0");
    assertThatThrownBy(() -> socket.send(index, frame))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("device " + index);
  }
}
