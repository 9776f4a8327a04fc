package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.Capability.PathFamily;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.NlriList;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 7911 on real connections: several paths in, several paths out. */
@Timeout(60)
class AddPathTest {
  private static final long AS = 64513;
  private static final Prefix PREFIX = Prefix.of("10.70.0.0/26");
  private static final Capability BOTH =
      new Capability.AddPath(List.of(new PathFamily(1, 1, PathFamily.BOTH)));
  private static final WireFormat WITH_IDS =
      new WireFormat(
          true,
          false,
          Set.of(Family.IPV4),
          BgpMessage.MAX_LENGTH,
          false,
          Set.of(Family.IPV4),
          Set.of(Family.IPV4));

  private static PeerConfig several(TestSpeaker a, int peer, AddPath mode, int most) {
    PeerConfig p = a.peer(peer, 64512, AS, true);
    PeerConfig.Link link = p.link().withOptions(SessionOptions.NONE.withAddPath(mode, most));
    return new PeerConfig(p.name(), p.kind(), link, p.routing());
  }

  private static RawPeer meet(TestSpeaker a, int peer) throws Exception {
    while (true) {
      try {
        var raw = new RawPeer(peer, a.number);
        if (raw.isWelcome()) {
          raw.establish(AS, 90, BOTH);
          raw.agree(WITH_IDS);
          return raw;
        }
        raw.close();
      } catch (IOException e) {
        // It does not listen yet; the test's time limit ends this.
        Thread.onSpinWait();
      }
    }
  }

  private static void announce(RawPeer peer, int nextHop, int pathId, Long... path)
      throws IOException {
    Attributes attributes =
        new AttributesBuilder()
            .nextHop(TestSpeaker.nextHop(nextHop))
            .asPath(AsPath.sequence(path))
            .build();
    var announcement =
        new Announcement(Family.IPV4, attributes, List.of(PREFIX), IntList.of(pathId));
    peer.send(new UpdateBatch(List.of(), IntLists.emptyList(), List.of(announcement), List.of()));
  }

  private static void withdraw(RawPeer peer, int pathId) throws IOException {
    peer.send(new UpdateBatch(List.of(PREFIX), IntList.of(pathId), List.of(), List.of()));
  }

  private static int paths(TestSpeaker a) throws Exception {
    var routes = a.speaker.routes(PREFIX, PREFIX).get(5, TimeUnit.SECONDS).rows();
    return routes.isEmpty() ? 0 : routes.getFirst().paths().size();
  }

  private static String best(TestSpeaker a) {
    return a.best(PREFIX.toString()).map(r -> r.attributes().asPath().toString()).orElse("");
  }

  // RFC 7911, 3: prefix and identifier together name a path.
  @Test
  void aPeerMaySendSeveralPaths() throws Exception {
    try (var a = new TestSpeaker(70)) {
      a.configure(several(a, 71, AddPath.RECEIVE, 1));
      try (RawPeer peer = meet(a, 71)) {
        announce(peer, 71, 1, AS, 5L, 6L);
        announce(peer, 72, 2, AS, 5L);
        a.await("has the shorter one", () -> best(a).equals("64513 5"));
        assertThat(paths(a)).isEqualTo(2);
        assertThat(a.view(71).counters().received()).isEqualTo(2);
        announce(peer, 73, 2, AS, 7L);
        a.await("takes its place", () -> best(a).equals("64513 7"));
        assertThat(paths(a)).isEqualTo(2);
        withdraw(peer, 2);
        a.await("has the other one", () -> best(a).equals("64513 5 6"));
        withdraw(peer, 9);
        withdraw(peer, 1);
        a.awaitNoRoute(PREFIX.toString());
        assertThat(a.view(71).counters().received()).isZero();
        assertThat(a.established()).isEqualTo(1);
      }
    }
  }

  /** What a peer was told of the prefix: AS paths by identifiers. */
  private static final class Told {
    final Map<Integer, String> paths = new TreeMap<>();

    void read(RawPeer peer) throws IOException {
      if (peer.readNews() instanceof DecodedUpdate update) {
        for (int i = 0; i < update.withdrawn().size(); i++) {
          assertThat(paths.remove(NlriList.idAt(update.withdrawnIds(), i))).isNotNull();
        }
        for (Announcement a : update.announced()) {
          for (int i = 0; i < a.prefixes().size(); i++) {
            paths.put(NlriList.idAt(a.pathIds(), i), a.attributes().asPath().toString());
          }
        }
      }
    }

    void await(RawPeer peer, String... expected) throws IOException {
      while (!List.copyOf(paths.values()).equals(List.of(expected))) {
        read(peer);
      }
    }
  }

  /** AS paths by identifiers, as the view of what a peer was told has them. */
  private static Map<Integer, String> toldByView(TestSpeaker a, int peer) throws Exception {
    var told = new TreeMap<Integer, String>();
    var key = new PeerKey(TestSpeaker.address(peer), TestSpeaker.PORT);
    for (AdvertisedView row :
        a.speaker.advertised(key, PREFIX, PREFIX).get(5, TimeUnit.SECONDS).orElseThrow().rows()) {
      row.told().ifPresent(known -> told.put(row.pathId(), known.asPath().toString()));
    }
    return told;
  }

  // RFC 7911, 3 and 5: all that could be chosen, each with an identifier of its own that it keeps.
  @Test
  void aPeerMayGetSeveralPaths() throws Exception {
    try (var a = new TestSpeaker(74)) {
      a.configure(
          several(a, 75, AddPath.BOTH, SessionOptions.ALL_PATHS), several(a, 76, AddPath.SEND, 2));
      try (RawPeer from = meet(a, 75);
          RawPeer to = meet(a, 76)) {
        var told = new Told();
        announce(from, 75, 1, AS, 5L, 6L, 7L);
        told.await(to, "64512 64513 5 6 7");
        announce(from, 75, 2, AS, 5L, 6L);
        told.await(to, "64512 64513 5 6 7", "64512 64513 5 6");
        Map<Integer, String> before = Map.copyOf(told.paths);
        // The best two of three.
        announce(from, 75, 3, AS, 5L);
        told.await(to, "64512 64513 5 6", "64512 64513 5");
        assertThat(before.entrySet())
            .as("identifiers stay")
            .anyMatch(told.paths.entrySet()::contains);
        assertThat(toldByView(a, 76)).isEqualTo(told.paths);
        assertThat(a.view(76).agreed().orElseThrow().pathsOut()).containsExactly(Family.IPV4);
        assertThat(a.view(76).agreed().orElseThrow().pathsIn()).isEmpty();
        withdraw(from, 2);
        told.await(to, "64512 64513 5 6 7", "64512 64513 5");
        withdraw(from, 1);
        withdraw(from, 3);
        told.await(to);
        assertThat(a.view(76).counters().advertised()).isZero();
      }
    }
  }
}
