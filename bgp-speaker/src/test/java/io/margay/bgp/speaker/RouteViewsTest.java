package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.export.ExportVerdict;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PolicyReason;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.SelectionReason;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.Part;
import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the speaker shows of its routes, of real sessions on loopback addresses. */
class RouteViewsTest {
  private static PeerKey key(int number) {
    return new PeerKey(TestSpeaker.address(number), TestSpeaker.PORT);
  }

  private static <T> List<T> all(Prefix inside, Function<Prefix, CompletableFuture<Part<T>>> ask)
      throws Exception {
    var rows = new ArrayList<T>();
    Part<T> part = ask.apply(inside).get(5, TimeUnit.SECONDS);
    rows.addAll(part.rows());
    while (part.next().isPresent()) {
      part = ask.apply(part.next().get()).get(5, TimeUnit.SECONDS);
      rows.addAll(part.rows());
    }
    return rows;
  }

  private static List<RouteView> received(TestSpeaker speaker, int peer) throws Exception {
    return all(
        Prefix.ALL_IPV4,
        from ->
            speaker
                .speaker
                .received(key(peer), Prefix.ALL_IPV4, from)
                .thenApply(part -> part.orElseThrow()));
  }

  private static List<AdvertisedView> advertised(TestSpeaker speaker, int peer) throws Exception {
    return all(
        Prefix.ALL_IPV4,
        from ->
            speaker
                .speaker
                .advertised(key(peer), Prefix.ALL_IPV4, from)
                .thenApply(part -> part.orElseThrow()));
  }

  @Test
  void aLongTableComesInPartsAndInOrder() throws Exception {
    try (var a = new TestSpeaker(40)) {
      String[] prefixes =
          IntStream.range(0, 1500)
              .mapToObj(i -> "10." + i / 250 + "." + i % 250 + ".0/24")
              .toArray(String[]::new);
      a.originate(prefixes).configure();
      a.awaitRoute("10.5.249.0/24");
      Part<RouteView> first =
          a.speaker.routes(Prefix.ALL_IPV4, Prefix.ALL_IPV4).get(5, TimeUnit.SECONDS);
      assertThat(first.rows()).as("no more than some work at once").hasSize(512);
      assertThat(first.next()).contains(Prefix.of("10.2.12.0/24"));
      List<Prefix> table =
          all(Prefix.ALL_IPV4, from -> a.speaker.routes(Prefix.ALL_IPV4, from)).stream()
              .map(RouteView::prefix)
              .toList();
      assertThat(table).hasSize(1500).isSorted().doesNotHaveDuplicates();
      Prefix some = Prefix.of("10.4.0.0/17");
      assertThat(all(some, from -> a.speaker.routes(some, from)))
          .hasSize(128)
          .allMatch(view -> some.contains(view.prefix()));
      assertThat(all(Prefix.ALL_IPV6, from -> a.speaker.routes(Prefix.ALL_IPV6, from))).isEmpty();
    }
  }

  @Test
  void whatAPacketMayFollowEndsWithWhatIsUsed() throws Exception {
    try (var a = new TestSpeaker(41);
        var b = new TestSpeaker(42)) {
      a.originate("10.0.0.0/8", "10.41.0.0/16").configure(a.mesh(42));
      b.originate("10.41.0.0/24").configure(b.mesh(41));
      a.awaitRoute("10.41.0.0/24");
      a.configure(withImport(a, 42, ImportPolicy.REJECT));
      a.awaitNoRoute("10.41.0.0/24");
      List<RouteView> way = a.speaker.towards(Ip.of("10.41.0.9")).get(5, TimeUnit.SECONDS);
      assertThat(way.stream().map(view -> view.prefix().toString()))
          .containsExactly("10.41.0.0/24", "10.41.0.0/16");
      assertThat(way.getFirst().paths().getFirst().fate())
          .isEqualTo(
              new PathFate.Excluded(new Exclusion.Policy(new PolicyReason.RejectedByDefault())));
      assertThat(a.speaker.towards(Ip.of("192.0.2.1")).get(5, TimeUnit.SECONDS)).isEmpty();
    }
  }

  @Test
  void bothSidesOfASessionShowTheSameRoutes() throws Exception {
    try (var a = new TestSpeaker(43);
        var b = new TestSpeaker(44)) {
      a.originate("10.43.0.0/24", "10.50.0.0/24").configure(a.mesh(44));
      b.originate("10.44.0.0/24", "10.50.0.0/24").configure(b.mesh(43));
      a.awaitRoute("10.44.0.0/24");
      b.awaitRoute("10.43.0.0/24");
      List<RouteView> received = received(a, 44);
      assertThat(received.stream().map(view -> view.prefix().toString()))
          .containsExactly("10.44.0.0/24", "10.50.0.0/24");
      assertThat(received.getLast().paths().getFirst().fate())
          .as("its own route is preferred")
          .isEqualTo(new PathFate.Lost(SelectionReason.PREFERENCE));
      List<AdvertisedView> told = advertised(b, 43);
      assertThat(told.stream().filter(row -> row.told().isPresent()).map(row -> row.prefix()))
          .containsExactly(Prefix.of("10.44.0.0/24"), Prefix.of("10.50.0.0/24"));
      assertThat(told.getFirst().verdict())
          .contains(new ExportVerdict.Withhold(ExportVerdict.Rule.SPLIT_HORIZON));
      assertThat(b.view(43).counters().announcedOut()).isEqualTo(2);
      assertThat(told.getLast().verdict().orElseThrow()).isInstanceOf(ExportVerdict.Send.class);
    }
  }

  @Test
  void anUnknownPeerHasNoRoutes() throws Exception {
    try (var a = new TestSpeaker(45).configure()) {
      assertThat(
              a.speaker
                  .received(key(46), Prefix.ALL_IPV4, Prefix.ALL_IPV4)
                  .get(5, TimeUnit.SECONDS))
          .isEmpty();
      assertThat(
              a.speaker
                  .advertised(key(46), Prefix.ALL_IPV4, Prefix.ALL_IPV4)
                  .get(5, TimeUnit.SECONDS))
          .isEmpty();
    }
  }

  private static PeerConfig withImport(TestSpeaker speaker, int peer, ImportPolicy policy) {
    PeerConfig mesh = speaker.mesh(peer);
    PeerConfig.Routing r = mesh.routing();
    return new PeerConfig(
        mesh.name(),
        mesh.kind(),
        mesh.link(),
        new PeerConfig.Routing(
            r.nextHopMode(), r.nextHopSelf(), false, 0, policy, r.exportPolicy()));
  }
}
