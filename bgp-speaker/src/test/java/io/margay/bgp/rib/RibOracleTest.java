package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.Operation;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever happens to {@link LocRib}, it says the same as {@link SimpleRib}; also where a walk over
 * its rows is cut anywhere, and other things happen before it goes on.
 */
class RibOracleTest {
  private static final int PEERS = 5;
  private static final int STEPS = 600;
  private static final List<Origin> ORIGINS = List.of(Origin.IGP, Origin.EGP, Origin.INCOMPLETE);
  private static final List<Community> COMMUNITIES =
      List.of(
          new Community(1),
          Community.GRACEFUL_SHUTDOWN,
          Community.LLGR_STALE,
          Community.NO_LLGR,
          Community.NO_EXPORT);

  private final LocRib rib = new LocRib(Routes.SELF);
  private final SimpleRib oracle = new SimpleRib(Routes.SELF);
  private final List<AdjRibIn> peers = new ArrayList<>();
  private final List<AdjRibIn> oraclePeers = new ArrayList<>();
  private final Map<Prefix, LocalRoute> own = new HashMap<>();

  /** Prefixes for which another route was chosen since both were compared. */
  private final Set<Prefix> changed = new HashSet<>();

  private boolean decidedSome;
  private Random chance = new Random();
  private boolean followsWays = true;

  /** They were not followed when it was decided last. */
  private boolean followsAgain;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void bothSayTheSame(long seed) {
    chance = new Random(seed);
    for (int i = 0; i < PEERS; i++) {
      Neighbour neighbour = neighbour(i);
      peers.add(rib.open(neighbour, ImportPolicy.ACCEPT));
      oraclePeers.add(oracle.open(neighbour, ImportPolicy.ACCEPT));
    }
    for (int step = 0; step < STEPS; step++) {
      step();
      rib.walk(chance.nextInt(3));
      if (chance.nextInt(4) == 0) {
        decideSome();
      }
      if (chance.nextInt(6) == 0) {
        decide("seed " + seed + " step " + step);
      }
    }
    for (int i = 0; i < PEERS; i++) {
      rib.close(peers.get(i));
      oracle.purge(oraclePeers.get(i), Family.IPV4);
      oracle.purge(oraclePeers.get(i), Family.IPV6);
    }
    rib.originate(Map.of());
    oracle.originate(Map.of());
    decide("seed " + seed + " at the end");
    assertThat(rib.size()).isZero();
    assertThat(rib.attributeSets()).isZero();
    assertThat(rib.offers().current()).isEmpty();
  }

  private void step() {
    int i = chance.nextInt(PEERS);
    AdjRibIn peer = peers.get(i);
    AdjRibIn oraclePeer = oraclePeers.get(i);
    Family family = chance.nextInt(4) == 0 ? Family.IPV6 : Family.IPV4;
    switch (chance.nextInt(21)) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> announce(i);
      case 8, 9, 10, 11 -> withdraw(i);
      case 12 -> originate();
      case 13 -> {
        rib.markStale(peer, family);
        oracle.markStale(oraclePeer, family);
      }
      case 14 -> {
        rib.purgeStale(peer, family);
        oracle.purgeStale(oraclePeer, family);
      }
      case 15 -> {
        rib.depreferStale(peer, family);
        oracle.depreferStale(oraclePeer, family);
      }
      case 16 -> {
        NextHops hops = nextHops(chance.nextInt(), chance.nextBoolean());
        rib.nextHops(hops);
        oracle.nextHops(hops);
      }
      case 17 -> {
        Neighbour neighbour = chance.nextBoolean() ? neighbour(i) : peer.neighbour();
        ImportPolicy policy = policy();
        rib.update(peer, neighbour, policy);
        oracle.update(oraclePeer, neighbour, policy);
      }
      case 18 -> {
        var self =
            new Identity(
                Ip4.of("10.0.0." + (1 + chance.nextInt(2))),
                chance.nextBoolean() ? Optional.empty() : Optional.of(Ip4.of("9.9.9.9")),
                Set.of(Ip.of("10.0.0.1")));
        rib.identity(self);
        oracle.identity(self);
      }
      case 19 -> {
        followsAgain |= !followsWays;
        followsWays = !followsWays;
        rib.followWays(followsWays);
      }
      default -> {
        rib.purge(peer, family);
        oracle.purge(oraclePeer, family);
      }
    }
  }

  private void announce(int i) {
    var prefixes = new ArrayList<Prefix>();
    var ids = new IntArrayList();
    boolean withIds = chance.nextInt(3) == 0;
    for (int n = 1 + chance.nextInt(4); n > 0; n--) {
      prefixes.add(prefix());
      if (withIds) {
        ids.add(chance.nextInt(3));
      }
    }
    Attributes attributes = attributes(i);
    Hearing.announce(rib, peers.get(i), attributes, prefixes, ids);
    oracle.announce(oraclePeers.get(i), attributes, prefixes, ids);
  }

  private void withdraw(int i) {
    List<Prefix> prefixes = List.of(prefix(), prefix());
    IntArrayList ids =
        chance.nextBoolean() ? new IntArrayList() : IntArrayList.of(0, chance.nextInt(3));
    Hearing.withdraw(rib, peers.get(i), prefixes, ids);
    oracle.withdraw(oraclePeers.get(i), prefixes, ids);
  }

  private void originate() {
    Prefix prefix = prefix();
    LocalRoute.Kind[] kinds = LocalRoute.Kind.values();
    LocalRoute.Kind kind = kinds[chance.nextInt(kinds.length)];
    if (own.remove(prefix) == null) {
      own.put(
          prefix,
          chance.nextBoolean()
              ? LocalRoute.of(prefix, kind)
              : LocalRoute.on(prefix, kind, "cali" + chance.nextInt(2)));
    }
    rib.originate(new HashMap<>(own));
    oracle.originate(new HashMap<>(own));
  }

  /** In between, what is not walked over or decided yet is as it was: nobody can compare. */
  private void decideSome() {
    rib.decide(chance.nextInt(3)).forEach(change -> changed.add(change.prefix()));
    decidedSome = true;
  }

  private void decide(String when) {
    var before = state(oracle);
    for (BestChange change : rib.decide(Integer.MAX_VALUE)) {
      changed.add(change.prefix());
      assertThat(change.after()).as(when).isEqualTo(rib.reader().best(change.prefix()));
    }
    oracle.decide(Integer.MAX_VALUE);
    assertThat(rib.hasMarked()).isFalse();
    var after = state(oracle);
    var expected = new HashSet<Prefix>(before.keySet());
    expected.addAll(after.keySet());
    expected.removeIf(prefix -> isSame(before.get(prefix), after.get(prefix)));
    if (followsWays && followsAgain) {
      expected.addAll(after.keySet());
      followsAgain = false;
    }
    if (decidedSome) {
      // A change and its end in between is none for the oracle.
      assertThat(changed).as(when).containsAll(expected);
    } else {
      assertThat(changed).as(when).isEqualTo(expected);
    }
    changed.clear();
    decidedSome = false;
    compare(when);
  }

  private boolean isSame(BestRoute before, BestRoute after) {
    return before != null && after != null && seen(before).sameRoute(seen(after));
  }

  /** The route, without its ways where nobody follows them. */
  private BestRoute seen(BestRoute route) {
    return followsWays
        ? route
        : new BestRoute(
            route.prefix(),
            route.source(),
            route.attributes(),
            List.of(),
            Optional.empty(),
            route.reason());
  }

  private static Map<Prefix, BestRoute> state(SimpleRib rib) {
    var out = new HashMap<Prefix, BestRoute>();
    rib.chosen().forEach(prefix -> out.put(prefix, rib.best(prefix).orElseThrow()));
    return out;
  }

  private void compare(String when) {
    assertThat(rib.size()).as(when).isEqualTo(oracle.size());
    assertThat(rib.reader().chosen()).as(when).containsExactlyInAnyOrderElementsOf(oracle.chosen());
    List<Prefix> all = oracle.prefixes(Prefix.ALL_IPV4, 1000);
    assertThat(rib.reader().prefixes(Prefix.ALL_IPV4, 1000)).as(when).isEqualTo(all);
    for (Prefix prefix : all) {
      assertThat(rib.reader().best(prefix).map(this::seen))
          .as(when)
          .isEqualTo(oracle.best(prefix).map(this::seen));
      assertThat(rib.reader().explain(prefix))
          .as(when)
          .containsExactlyInAnyOrderElementsOf(oracle.explain(prefix));
      assertThat(rib.reader().offered(prefix, 2).stream().limit(2).map(OfferedPath::route))
          .as(when)
          .isEqualTo(oracle.offered(prefix, 2).stream().limit(2).map(OfferedPath::route).toList());
      assertThat(rib.reader().offered(prefix, 2).stream().map(OfferedPath::number))
          .doesNotHaveDuplicates();
    }
    for (int i = 0; i < PEERS; i++) {
      AdjRibIn peer = peers.get(i);
      AdjRibIn oraclePeer = oraclePeers.get(i);
      assertThat(peer.accepted()).as(when).isEqualTo(oraclePeer.accepted());
      for (Family family : Family.values()) {
        assertThat(peer.received(family)).as(when).isEqualTo(oraclePeer.received(family));
      }
    }
  }

  private Neighbour neighbour(int i) {
    Neighbour all = i % 2 == 0 ? Routes.internal(2 + i) : Routes.external(2 + i);
    return new Neighbour(
        all.name(),
        all.kind(),
        all.address(),
        all.asn(),
        all.localAs(),
        new Ip4(0x0a000002 + chance.nextInt(2)),
        chance.nextBoolean(),
        chance.nextInt(2),
        i == 3 && chance.nextBoolean() ? Optional.of(Role.CUSTOMER) : Optional.empty(),
        chance.nextInt(4) == 0);
  }

  private Prefix prefix() {
    int number = chance.nextInt(6);
    return number < 4
        ? Prefix.containing(new Ip4(0x0a010000 + number * 64), 25 + number / 2)
        : Prefix.containing(new Ip6(0xfd00L << 48, (long) number << 32), 96);
  }

  private Attributes attributes(int i) {
    var path = new Long[chance.nextInt(3)];
    for (int n = 0; n < path.length; n++) {
      path[n] = chance.nextInt(12) == 0 ? 64512L : 1L + chance.nextInt(2);
    }
    var out =
        Routes.via(1 + chance.nextInt(4), path)
            .origin(ORIGINS.get(chance.nextInt(ORIGINS.size())))
            .communities(
                chance.nextInt(4) > 0
                    ? List.of()
                    : List.of(COMMUNITIES.get(chance.nextInt(COMMUNITIES.size()))));
    if (chance.nextInt(3) == 0) {
      out.localPref(chance.nextInt(4) == 0 ? 2147483647L : 99 + chance.nextInt(3));
    }
    if (chance.nextInt(3) == 0) {
      out.med(chance.nextInt(3));
    }
    if (chance.nextInt(6) == 0) {
      out.originatorId(Ip4.of("10.0.0." + chance.nextInt(1, 4)))
          .clusterList(
              Collections.nCopies(chance.nextInt(3), Ip4.of("9.9.9." + chance.nextInt(8, 10))));
    }
    if (chance.nextInt(10) == 0) {
      out.onlyToCustomer(65000 + i);
    }
    return out.build();
  }

  private static NextHops nextHops(int seed, boolean partly) {
    return hop -> {
      int random = new Random(seed * 31L + hop.hashCode()).nextInt(4);
      return partly && random == 0
          ? NextHops.Resolution.UNREACHABLE
          : new NextHops.Resolution.Reached(random / 2, Optional.of("eth" + random / 2));
    };
  }

  private ImportPolicy policy() {
    return switch (chance.nextInt(4)) {
      case 0 -> ImportPolicy.ACCEPT;
      case 1 -> ImportPolicy.REJECT;
      case 2 ->
          new ImportPolicy(
              List.of(),
              ImportPolicy.Rest.ACCEPT,
              new RoutePriorities(chance.nextInt(2) * 2147483600L, 1024));
      default ->
          new ImportPolicy(
              List.of(new BgpFilter("f", List.of(rule(), rule()), List.of(rule()))),
              chance.nextBoolean() ? ImportPolicy.Rest.ACCEPT : ImportPolicy.Rest.REJECT,
              RoutePriorities.DEFAULT);
    };
  }

  private FilterRule rule() {
    return new FilterRule(
        Optional.empty(),
        false,
        chance.nextInt(3) == 0 ? Optional.of("eth1") : Optional.empty(),
        chance.nextBoolean() ? Optional.of(PeerType.EBGP) : Optional.empty(),
        chance.nextBoolean() ? Optional.of(new Community(1)) : Optional.empty(),
        chance.nextBoolean() ? List.of() : List.of(1L),
        OptionalLong.empty(),
        chance.nextBoolean() ? FilterRule.Action.ACCEPT : FilterRule.Action.REJECT,
        List.of(new Operation.AddCommunity(new Community(7))));
  }
}
