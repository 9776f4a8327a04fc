package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/**
 * RFC 4271, 9.1.2.2 as it stands there: routes are taken out of a set, step by step, until one is
 * left. The decision groups and compares instead; both have to choose the same, in whatever order
 * the routes come.
 */
class DecisionLawTest {
  private static final int ROUNDS = 3000;

  /** A route as one peer told it; its next hop says what it costs. */
  private record Told(Neighbour by, Attributes what, long cost) {
    long neighbourAs() {
      return what.asPath().neighbourAs().orElse(0);
    }

    long id() {
      return Integer.toUnsignedLong(what.originatorId().orElse(by.routerId()).bits());
    }
  }

  private static Told random(int number, Random chance) {
    Neighbour by = chance.nextBoolean() ? Routes.internal(number) : Routes.external(number);
    int hop = 100 + chance.nextInt(3);
    var path = new Long[chance.nextInt(3)];
    for (int i = 0; i < path.length; i++) {
      path[i] = 1L + chance.nextInt(2);
    }
    var what =
        Routes.via(hop, path)
            .localPref(100 + chance.nextInt(2))
            .origin(chance.nextBoolean() ? Origin.IGP : Origin.INCOMPLETE);
    if (chance.nextBoolean()) {
      what.med(chance.nextInt(3));
    }
    if (by.type() == PeerType.IBGP && chance.nextBoolean()) {
      what.originatorId(Ip4.of("10.1.0." + chance.nextInt(1, 3)))
          .clusterList(Collections.nCopies(chance.nextInt(3), Ip4.of("9.9.9.9")));
    }
    return new Told(by, what.build(), hop - 100);
  }

  private static List<Told> lowest(List<Told> routes, ToLongFunction<Told> key) {
    long least = routes.stream().mapToLong(key).min().orElseThrow();
    return routes.stream().filter(route -> key.applyAsLong(route) == least).toList();
  }

  /** 9.1.2.2 c: out goes what another one of the same neighbour AS has a lower MED than. */
  private static List<Told> withoutWorseMeds(List<Told> routes) {
    BiPredicate<Told, Told> beats =
        (a, b) ->
            a.neighbourAs() == b.neighbourAs()
                && a.what().med().orElse(0) < b.what().med().orElse(0);
    return routes.stream()
        .filter(route -> routes.stream().noneMatch(other -> beats.test(other, route)))
        .toList();
  }

  private static Told chosenByTheLaw(List<Told> all) {
    List<Told> left = lowest(all, route -> -route.what().effectiveLocalPref());
    left = lowest(left, route -> route.what().asPath().length());
    left = lowest(left, route -> route.what().origin().code());
    left = withoutWorseMeds(left);
    left = lowest(left, route -> route.by().type() == PeerType.EBGP ? 0 : 1);
    left = lowest(left, Told::cost);
    left = lowest(left, Told::id);
    left = lowest(left, route -> route.what().clusterList().size());
    return lowest(left, route -> Integer.toUnsignedLong(((Ip4) route.by().address()).bits()))
        .getFirst();
  }

  @Test
  void theSameIsChosenInWhateverOrder() {
    for (long seed = 0; seed < ROUNDS; seed++) {
      var chance = new Random(seed);
      var told = new ArrayList<Told>();
      for (int i = chance.nextInt(2, 7); i > 0; i--) {
        told.add(random(1 + i, chance));
      }
      Told expected = chosenByTheLaw(told);
      Collections.shuffle(told, chance);
      var rib = new LocRib(Routes.SELF);
      rib.nextHops(
          hop -> new NextHops.Resolution.Reached(((Ip4) hop).bits() & 0xff, Optional.empty()));
      for (Told each : told) {
        Hearing.announce(rib, rib.open(each.by(), ImportPolicy.ACCEPT), each.what(), Routes.one());
      }
      rib.decide(10);
      BestRoute best = rib.reader().best(Routes.PREFIX).orElseThrow();
      assertThat(best.source())
          .as("seed %d: %s", seed, told)
          .isEqualTo(new RouteSource.Peer(expected.by()));
      assertThat(best.nextHops().getFirst().address())
          .isEqualTo(expected.what().nextHop().orElseThrow());
      assertThatAllWaysAreOfTheBestCost(seed, told, best);
    }
  }

  /** What is used beside the best one differs from it behind the IGP cost only. */
  private static void assertThatAllWaysAreOfTheBestCost(
      long seed, List<Told> told, BestRoute best) {
    Attributes chosen = best.attributes();
    Ip first = best.nextHops().getFirst().address();
    for (BestRoute.NextHop way : best.nextHops()) {
      assertThat(told)
          .as("seed %d: %s", seed, way)
          .anyMatch(route ->
              route.by().name().equals(way.peer())
                  && route.what().nextHop().equals(Optional.of(way.address()))
                  && route.what().effectiveLocalPref() == chosen.effectiveLocalPref()
                  && route.what().asPath().length() == chosen.asPath().length()
                  && route.what().origin() == chosen.origin()
                  && (((Ip4) way.address()).bits() == ((Ip4) first).bits()));
    }
  }
}
