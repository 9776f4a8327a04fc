package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.Hearing;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.wire.Bytes;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What routes need is given back when they are gone, by the bytes of the tables that hold them. */
class MemoryTest {
  private static final int PEERS = 8;
  private static final int ROUTES = 50_000;
  private static final int PER_SET = 5;
  private static final Identity SELF =
      new Identity(Ip4.of("10.0.0.1"), Optional.empty(), Set.of(Ip.of("10.0.0.1")));

  private final LocRib rib = new LocRib(SELF);
  private final UpdateGroups groups =
      new UpdateGroups(rib, UnpooledByteBufAllocator.DEFAULT, 1 << 20);
  private final List<AdjRibIn> peers = new ArrayList<>();

  MemoryTest() {
    rib.holder(groups);
    for (int i = 0; i < PEERS; i++) {
      peers.add(rib.open(neighbour(i), ImportPolicy.ACCEPT));
    }
    groups.join(
        new GroupMember("listener", 1, new Listener()), GroupRules.of(listener(), Bytes.IBGP, 1));
  }

  @Test
  void allIsGivenBackWithTheLastRoute() {
    for (int i = 0; i < PEERS; i++) {
      announce(i);
    }
    settle();
    for (AdjRibIn peer : peers) {
      rib.purge(peer, Family.IPV4);
    }
    settle();
    assertThat(bytes()).isLessThan(100_000);
  }

  @Test
  void mostIsGivenBackWhenMostPeersLeave() {
    for (int i = 0; i < PEERS; i++) {
      announce(i);
      settle();
    }
    long most = bytes();
    for (int i = 1; i < PEERS; i++) {
      rib.close(peers.get(i));
    }
    settle();
    assertThat(rib.size()).isEqualTo(ROUTES);
    assertThat(bytes()).isLessThan(most / 2);
  }

  private long bytes() {
    return rib.bytes() + groups.bytes();
  }

  private void announce(int peer) {
    for (int i = 0; i < ROUTES; i += PER_SET) {
      var prefixes = new ArrayList<Prefix>(PER_SET);
      for (int n = i; n < i + PER_SET; n++) {
        prefixes.add(Prefix.containing(new Ip4((peer << 24 | n << 4) + 0x20000000), 28));
      }
      Hearing.announce(rib, peers.get(peer), attributes(peer, i), prefixes);
    }
  }

  private static Attributes attributes(int peer, int number) {
    return new AttributesBuilder()
        .nextHop(new Ip4(0x0a000002 + peer))
        .asPath(AsPath.sequence(65000L + number, 1L))
        .localPref(100)
        .build();
  }

  private void settle() {
    boolean more = true;
    while (more) {
      rib.walk(4096);
      rib.decide(4096, (rows, row, _) -> groups.mark(rows, row));
      more = groups.flush();
      more |= rib.sweep(4096);
      more |= rib.hasMarked();
    }
    // Behind the next burst groups see which rows went.
    var _ = groups.flush();
  }

  private static Neighbour neighbour(int i) {
    Ip4 address = new Ip4(0x0a000002 + i);
    return new Neighbour("peer" + i, PeerKind.GLOBAL, address, 64512, 64512, address, true, 0);
  }

  private static ExportPeer listener() {
    return new ExportPeer(
        "listener",
        64512,
        64512,
        new Ip4(1),
        Ip4.of("10.0.0.1"),
        true,
        Set.of(Family.IPV4),
        List.of(Ip.of("10.0.0.1")),
        NextHopMode.AUTO,
        ExportPolicy.ACCEPT);
  }

  /** Takes all, and looks at nothing. */
  private static final class Listener implements PeerSink {
    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public void send(Message message) {
      message.bytes().release();
    }

    @Override
    public void endOfRib(Family family) {}

    @Override
    public void endOfRefresh(Family family) {}
  }
}
