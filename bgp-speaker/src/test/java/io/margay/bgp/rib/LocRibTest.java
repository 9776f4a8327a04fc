package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LocRibTest {
  private final LocRib rib = new LocRib(Routes.SELF);
  private final AdjRibIn two = rib.open(Routes.internal(2), ImportPolicy.ACCEPT);
  private final AdjRibIn three = rib.open(Routes.internal(3), ImportPolicy.ACCEPT);

  @Test
  void announceAndWithdraw() {
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    BestChange added = rib.decide(10).getFirst();
    assertThat(added.after().orElseThrow().reason()).isEqualTo(SelectionReason.ONLY_PATH);
    Hearing.withdraw(rib, two, Routes.one());
    BestChange removed = rib.decide(10).getFirst();
    assertThat(removed.after()).isEmpty();
    assertThat(rib.size()).isZero();
  }

  @Test
  void theSameAgainIsNoChange() {
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    rib.decide(10);
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    Hearing.withdraw(rib, three, Routes.one());
    assertThat(rib.hasMarked()).isFalse();
  }

  // RFC 7911, 2: each path has a number that it keeps while its attributes change.
  @Test
  void severalPathsOfOnePeerAreHeldAndOffered() {
    List<Prefix> twice = List.of(Routes.PREFIX, Routes.PREFIX);
    Hearing.announce(rib, two, Routes.attributes(2, 1L, 2L), twice, IntList.of(1, 2));
    Hearing.announce(rib, three, Routes.attributes(3, 1L), Routes.one());
    var looked = new ArrayList<Prefix>();
    rib.decide(10, (rows, row, _) -> looked.add(rows.prefix(row)));
    assertThat(looked).containsExactly(Routes.PREFIX);
    List<OfferedPath> offered = rib.reader().offered(Routes.PREFIX, 1);
    assertThat(offered)
        .extracting(o -> o.route().attributes().asPath().length())
        .containsExactly(1, 2, 2);
    assertThat(offered).extracting(OfferedPath::number).doesNotHaveDuplicates();
    assertThat(two.received(Family.IPV4)).isEqualTo(2);
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one(), IntList.of(2));
    rib.decide(10);
    assertThat(rib.reader().offered(Routes.PREFIX, 1).getFirst().number())
        .isEqualTo(offered.get(2).number());
    Hearing.withdraw(rib, two, Routes.one(), IntList.of(1));
    Hearing.withdraw(rib, two, Routes.one());
    assertThat(two.received()).isEqualTo(1);
    rib.markStale(two, Family.IPV4);
    rib.purgeStale(two, Family.IPV4);
    Hearing.withdraw(rib, three, Routes.one());
    rib.decide(10);
    assertThat(rib.reader().offered(Routes.PREFIX, 1)).isEmpty();
    assertThat(rib.attributeSets()).isZero();
  }

  @Test
  void theBestSoManyAreOfferedFirst() {
    List<Integer> lengths = List.of(3, 5, 1, 4, 2);
    for (int length : lengths) {
      Long[] path = LongStream.rangeClosed(1, length).boxed().toArray(Long[]::new);
      Hearing.announce(rib, two, Routes.attributes(2, path), Routes.one(), IntList.of(length));
    }
    rib.decide(10);
    assertThat(rib.reader().offered(Routes.PREFIX, 4))
        .extracting(o -> o.route().attributes().asPath().length())
        .containsExactly(1, 2, 3, 4, 5);
    assertThat(rib.reader().offered(Routes.PREFIX, 5)).hasSize(5);
  }

  // Calico's merge paths: all that is equal up to the IGP cost.
  @Test
  void equalPathsAreUsedTogether() {
    Hearing.announce(rib, three, Routes.attributes(3), Routes.one());
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX).orElseThrow().nextHops())
        .containsExactly(
            new BestRoute.NextHop(Ip.of("10.0.0.2"), "peer2"),
            new BestRoute.NextHop(Ip.of("10.0.0.3"), "peer3"));
  }

  @Test
  void loopsAndImpossibleNextHopsTakeNoPart() {
    record Case(Attributes attributes, Exclusion why) {}
    var reflector =
        new LocRib(
            new Identity(
                Ip4.of("10.0.0.1"), Optional.of(Ip4.of("9.9.9.9")), Set.of(Ip.of("10.0.0.1"))));
    AdjRibIn peer = reflector.open(Routes.internal(2), ImportPolicy.ACCEPT);
    for (Case c :
        List.of(
            new Case(Routes.attributes(2, 1L, 64512L), new Exclusion.AsLoop(64512)),
            new Case(
                Routes.via(2).originatorId(Ip4.of("10.0.0.1")).build(),
                new Exclusion.OriginatorLoop()),
            new Case(
                Routes.via(2).clusterList(List.of(Ip4.of("9.9.9.9"))).build(),
                new Exclusion.ClusterLoop()),
            new Case(Routes.attributes(1), new Exclusion.BadNextHop(Ip.of("10.0.0.1"))),
            new Case(
                Routes.via(2).nextHop(Ip.of("127.0.0.1")).build(),
                new Exclusion.BadNextHop(Ip.of("127.0.0.1"))),
            new Case(
                Routes.via(2).nextHop(Ip.of("224.0.0.1")).build(),
                new Exclusion.BadNextHop(Ip.of("224.0.0.1"))))) {
      Hearing.announce(reflector, peer, c.attributes(), Routes.one());
      reflector.decide(10);
      assertThat(reflector.reader().best(Routes.PREFIX)).isEmpty();
      assertThat(reflector.reader().explain(Routes.PREFIX).getFirst().fate())
          .isEqualTo(new PathFate.Excluded(c.why()));
      assertThat(peer.accepted()).isZero();
      assertThat(peer.received()).isEqualTo(1);
    }
  }

  @Test
  void ownAsIsAllowedAsOftenAsSaid() {
    Neighbour n = Routes.external(4);
    var allowed =
        new Neighbour(n.name(), n.kind(), n.address(), n.asn(), 64512, n.routerId(), false, 1);
    AdjRibIn peer = rib.open(allowed, ImportPolicy.ACCEPT);
    Hearing.announce(rib, peer, Routes.attributes(4, 1L, 64512L), Routes.one());
    assertThat(peer.accepted()).isEqualTo(1);
    Hearing.announce(rib, peer, Routes.attributes(4, 64512L, 64512L), Routes.one());
    assertThat(peer.accepted()).isZero();
  }

  @Test
  void nextHopsThatComeAndGoChangeTheChoice() {
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    Hearing.announce(rib, three, Routes.via(3).localPref(50).build(), Routes.one());
    rib.decide(10);
    rib.nextHops(hop ->
        hop.equals(Ip.of("10.0.0.2"))
            ? NextHops.Resolution.UNREACHABLE
            : new NextHops.Resolution.Reached(0, Optional.empty()));
    BestChange change = rib.decide(10).getFirst();
    assertThat(change.after().orElseThrow().source())
        .isEqualTo(new RouteSource.Peer(Routes.internal(3)));
    assertThat(rib.reader().explain(Routes.PREFIX).get(1).fate())
        .isEqualTo(new PathFate.Excluded(new Exclusion.UnreachableNextHop(Ip.of("10.0.0.2"))));
    rib.nextHops(NextHops.ALL);
    assertThat(rib.decide(10)).hasSize(1);
    rib.nextHops(NextHops.ALL);
    assertThat(rib.hasMarked()).isFalse();
  }

  @Test
  void anotherPolicyJudgesWhatWasReceived() {
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    rib.decide(10);
    rib.update(two, Routes.internal(2), ImportPolicy.REJECT);
    assertThat(rib.decide(10).getFirst().after()).isEmpty();
    assertThat(two.received()).isEqualTo(1);
    rib.update(two, Routes.internal(2), ImportPolicy.ACCEPT);
    assertThat(rib.decide(10).getFirst().after()).isPresent();
  }

  // RFC 4724, 4.2
  @Test
  void staleRoutesStayUntilTheyAreSentAgainOrPurged() {
    Prefix other = Prefix.of("10.1.0.64/26");
    Hearing.announce(rib, two, Routes.attributes(2), List.of(Routes.PREFIX, other));
    rib.decide(10);
    rib.markStale(two, Family.IPV4);
    assertThat(rib.reader().explain(other).getFirst().stale()).isTrue();
    assertThat(rib.hasMarked()).isFalse();
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    rib.purgeStale(two, Family.IPV4);
    assertThat(rib.decide(10)).containsExactly(new BestChange(other, Optional.empty()));
    assertThat(rib.reader().best(Routes.PREFIX)).isPresent();
    rib.purge(two, Family.IPV6);
    assertThat(rib.reader().best(Routes.PREFIX)).isPresent();
    rib.purge(two, Family.IPV4);
    rib.decide(10);
    assertThat(rib.attributeSets()).isZero();
  }

  // RFC 9494, 4.2: marked and kept, but for what must not be.
  @Test
  void longLivedStaleRoutesAreMarkedAndTheirRefusalHeeded() {
    Prefix other = Prefix.of("10.1.0.64/26");
    Prefix fresh = Prefix.of("10.1.0.128/26");
    Attributes refusing = Routes.via(2).add(Community.NO_LLGR).build();
    Hearing.announce(rib, two, Routes.attributes(2), List.of(Routes.PREFIX, fresh));
    Hearing.announce(rib, two, refusing, List.of(other));
    rib.decide(10);
    rib.markStale(two, Family.IPV4);
    Hearing.announce(rib, two, Routes.attributes(2), List.of(fresh));
    rib.depreferStale(two, Family.IPV4);
    assertThat(rib.decide(10)).extracting(BestChange::prefix).containsOnly(Routes.PREFIX, other);
    assertThat(rib.reader().best(other)).isEmpty();
    BestRoute kept = rib.reader().best(Routes.PREFIX).orElseThrow();
    assertThat(kept.attributes().communities()).containsExactly(Community.LLGR_STALE);
    assertThat(rib.reader().explain(Routes.PREFIX).getFirst().stale()).isTrue();
    // Once more says nothing new; the peer's own words end it.
    rib.depreferStale(two, Family.IPV4);
    assertThat(rib.decide(10)).isEmpty();
    Hearing.announce(rib, two, Routes.attributes(2), Routes.one());
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX).orElseThrow().attributes().communities()).isEmpty();
    rib.purgeStale(two, Family.IPV4);
    assertThat(rib.decide(10)).isEmpty();
    rib.purge(two, Family.IPV4);
    rib.decide(10);
    assertThat(rib.attributeSets()).isZero();
  }

  // The stamps by which that is told are few.
  @Test
  void whatIsStaleIsSoHoweverOftenAPeerRestarts() {
    Prefix fresh = Prefix.of("10.1.0.64/26");
    Hearing.announce(rib, two, Routes.attributes(2), List.of(Routes.PREFIX, fresh));
    for (int i = 0; i < 600; i++) {
      rib.markStale(two, Family.IPV4);
      Hearing.announce(rib, two, Routes.attributes(2), List.of(fresh));
      assertThat(rib.reader().explain(Routes.PREFIX).getFirst().stale()).isTrue();
      assertThat(rib.reader().explain(fresh).getFirst().stale()).isFalse();
    }
    rib.purgeStale(two, Family.IPV4);
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX)).isEmpty();
    assertThat(rib.reader().best(fresh)).isPresent();
    assertThat(two.received()).isEqualTo(1);
  }

  /** Any history ends where its last states alone would lead, and in nothing when all is taken. */
  @Test
  void theWayDoesNotMatter() {
    for (long seed = 0; seed < 60; seed++) {
      var chance = new Random(seed);
      var history = new History(chance);
      for (int i = 0; i < 300; i++) {
        history.step();
      }
      assertThat(history.chosen()).as("seed %d", seed).isEqualTo(history.rebuilt());
      history.takeAll();
      assertThat(history.rib.size()).as("seed %d", seed).isZero();
      assertThat(history.rib.attributeSets()).as("seed %d", seed).isZero();
    }
  }

  private static final class History {
    private static final int PEERS = 4;

    final LocRib rib = new LocRib(Routes.SELF);
    private final Random chance;
    private final List<AdjRibIn> peers = new ArrayList<>();
    private final List<Map<Prefix, Attributes>> told = new ArrayList<>();
    private final Map<Prefix, LocalRoute> local = new HashMap<>();
    private final Map<Prefix, BestRoute> followed = new TreeMap<>();

    History(Random chance) {
      this.chance = chance;
      for (int i = 0; i < PEERS; i++) {
        peers.add(rib.open(neighbour(i), ImportPolicy.ACCEPT));
        told.add(new HashMap<>());
      }
    }

    private static Neighbour neighbour(int i) {
      return i % 2 == 0 ? Routes.internal(2 + i) : Routes.external(2 + i);
    }

    void step() {
      int i = chance.nextInt(PEERS);
      Prefix prefix = Prefix.containing(new Ip4(0x0a010000 + chance.nextInt(8) * 64), 26);
      switch (chance.nextInt(8)) {
        case 0, 1, 2, 3 -> {
          Attributes attributes =
              Routes.via(2 + chance.nextInt(3), 1L + chance.nextInt(3))
                  .med(chance.nextInt(3))
                  .localPref(chance.nextInt(2))
                  .communities(List.of(new Community(chance.nextInt(3))))
                  .build();
          Hearing.announce(rib, peers.get(i), attributes, List.of(prefix));
          told.get(i).put(prefix, attributes);
        }
        case 4, 5 -> {
          Hearing.withdraw(rib, peers.get(i), List.of(prefix));
          told.get(i).remove(prefix);
        }
        case 6 -> {
          if (local.remove(prefix) == null) {
            local.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.BLOCK));
          }
          rib.originate(local);
        }
        default -> {
          rib.purge(peers.get(i), Family.IPV4);
          told.get(i).clear();
        }
      }
      follow(chance.nextInt(3));
    }

    private void follow(int limit) {
      for (BestChange change : rib.decide(limit)) {
        BestRoute before = followed.remove(change.prefix());
        assertThat(before == null ? change.after().isPresent() : !isSame(before, change.after()))
            .isTrue();
        change.after().ifPresent(after -> followed.put(change.prefix(), after));
      }
    }

    private static boolean isSame(BestRoute before, Optional<BestRoute> after) {
      return after.map(before::sameRoute).orElse(false);
    }

    /** By following the changes; reasons may be older than the choice's. */
    Map<Prefix, Object> chosen() {
      follow(Integer.MAX_VALUE);
      return withoutReasons(followed);
    }

    Map<Prefix, Object> rebuilt() {
      var fresh = new LocRib(Routes.SELF);
      fresh.originate(local);
      for (int i = PEERS - 1; i >= 0; i--) {
        AdjRibIn peer = fresh.open(neighbour(i), ImportPolicy.ACCEPT);
        told.get(i).forEach((prefix, what) -> Hearing.announce(fresh, peer, what, List.of(prefix)));
      }
      fresh.decide(Integer.MAX_VALUE);
      var all = new TreeMap<Prefix, BestRoute>();
      fresh
          .reader()
          .chosen()
          .forEach(prefix -> all.put(prefix, fresh.reader().best(prefix).orElseThrow()));
      return withoutReasons(all);
    }

    void takeAll() {
      rib.originate(Map.of());
      peers.forEach(peer -> rib.purge(peer, Family.IPV4));
      rib.decide(Integer.MAX_VALUE);
      peers.forEach(peer -> assertThat(peer.received() + peer.accepted()).isZero());
    }

    private static Map<Prefix, Object> withoutReasons(Map<Prefix, BestRoute> routes) {
      var out = new TreeMap<Prefix, Object>();
      routes.forEach(
          (prefix, r) -> out.put(prefix, List.of(r.source(), r.attributes(), r.nextHops())));
      return out;
    }
  }
}
