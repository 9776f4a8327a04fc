package io.margay.bgp.speaker;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportVerdict;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.OfferedPath;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.Part;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.PolicyWords;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Makes views on bgp-core. Long ones are made in parts, each when it is asked for: between two of
 * them bgp-core does its work, and nothing waits in memory for who reads slowly.
 */
final class Views {
  /** Prefixes of a part: a millisecond or two of work. */
  private static final int SLICE = 512;

  private final SpeakerCore core;

  Views(SpeakerCore core) {
    this.core = core;
  }

  SpeakerView speaker() {
    LocRib rib = core.exchange().rib();
    return new SpeakerView(
        core.routerId(),
        core.configuredClusterId(),
        rib.size(),
        rib.attributeSets(),
        core.exchange().neededBytes(),
        core.exchange().tableBytes(),
        core.strangers(),
        core.failures(),
        core.exchange().isRecovering(),
        core.exchange().waitingFor().stream().map(PeerKey::toString).toList(),
        core.listenFailures().entrySet().stream()
            .map(e -> e.getKey().address() + " port " + e.getKey().port() + ": " + e.getValue())
            .sorted()
            .toList());
  }

  List<PeerView> peers() {
    return core.sessions().stream()
        .sorted(
            Comparator.comparing((PeerSession s) -> s.key().address())
                .thenComparingInt(s -> s.key().port()))
        .map(this::peer)
        .toList();
  }

  /** The next part of the routes inside a network. */
  Part<RouteView> routes(Prefix inside, Prefix from) {
    return part(inside, from, prefix -> view(prefix).stream().toList());
  }

  /** The next part of what a peer said; empty for a peer that is not known. */
  Optional<Part<RouteView>> received(PeerKey key, Prefix inside, Prefix from) {
    return core.session(key)
        .map(session -> session.routes().adjRibIn())
        .map(in -> part(inside, from, prefix -> received(in, prefix)));
  }

  /** The next part of what a peer was told; empty for a peer that is not known. */
  Optional<Part<AdvertisedView>> advertised(PeerKey key, Prefix inside, Prefix from) {
    return core.session(key)
        .map(session -> part(inside, from, prefix -> advertised(session.routes(), prefix)));
  }

  /** What a packet to the address may follow: from the longest prefix to the first that is used. */
  List<RouteView> towards(Ip address) {
    var out = new ArrayList<RouteView>();
    for (Prefix prefix : core.exchange().rib().reader().around(address)) {
      Optional<RouteView> view = view(prefix);
      view.ifPresent(out::add);
      if (view.map(RouteView::isUsed).orElse(false)) {
        break;
      }
    }
    return out;
  }

  /** Empty for a prefix that nobody announces any more, whose withdrawal is still on its way. */
  private Optional<RouteView> view(Prefix prefix) {
    List<ExplainedPath> paths = core.exchange().rib().reader().explain(prefix);
    return paths.isEmpty() ? Optional.empty() : Optional.of(new RouteView(prefix, paths));
  }

  private List<RouteView> received(AdjRibIn in, Prefix prefix) {
    var mine = new RouteSource.Peer(in.neighbour());
    List<ExplainedPath> paths =
        core.exchange().rib().reader().explain(prefix).stream()
            .filter(path -> path.source().equals(mine))
            .toList();
    return paths.isEmpty() ? List.of() : List.of(new RouteView(prefix, paths));
  }

  private List<AdvertisedView> advertised(PeerRoutes routes, Prefix prefix) {
    LocRib rib = core.exchange().rib();
    Optional<PeerExport> export = routes.export();
    var told = new TreeMap<>(export.map(e -> e.told(prefix)).orElse(Map.of()));
    var out = new ArrayList<AdvertisedView>();
    List<OfferedPath> offered =
        export.map(e -> e.hasSeveral(prefix)).orElse(false)
            ? rib.reader().offered(prefix, SessionOptions.ALL_PATHS)
            : rib.reader().best(prefix).map(best -> new OfferedPath(0, best)).stream().toList();
    for (OfferedPath path : offered) {
      Optional<Attributes> known = Optional.ofNullable(told.remove(path.number()));
      Optional<ExportVerdict> verdict = routes.judge(path.route());
      if (known.isPresent() || verdict.isPresent()) {
        out.add(new AdvertisedView(prefix, path.number(), known, verdict));
      }
    }
    // What is about to be withdrawn.
    told.forEach((id, attributes) ->
        out.add(new AdvertisedView(prefix, id, Optional.of(attributes), Optional.empty())));
    return out;
  }

  /** Looks at so many prefixes as take the core a moment, whether there is something to show. */
  private <T> Part<T> part(Prefix inside, Prefix from, Function<Prefix, List<T>> view) {
    List<Prefix> prefixes = core.exchange().rib().reader().prefixes(from, SLICE + 1);
    var rows = new ArrayList<T>();
    for (int i = 0; i < prefixes.size(); i++) {
      Prefix prefix = prefixes.get(i);
      if (!inside.contains(prefix)) {
        break;
      }
      if (i == SLICE) {
        return new Part<>(rows, Optional.of(prefix));
      }
      rows.addAll(view.apply(prefix));
    }
    return new Part<>(rows, Optional.empty());
  }

  /** Works on an answer; a fault of ours fails it, too: nobody waits for what does not come. */
  static void answering(CompletableFuture<?> answer, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
      throw e;
    }
  }

  private PeerView peer(PeerSession session) {
    PeerConfig config = session.config();
    SessionRecord record = session.record();
    AdjRibIn in = session.routes().adjRibIn();
    return new PeerView(
        config.name(),
        config.kind(),
        config.link().address(),
        config.link().port(),
        config.link().localAs(),
        config.link().remoteAs(),
        config.link().passive(),
        session.state().phase(),
        record.since(),
        session.isEstablished() ? record.agreed() : Optional.empty(),
        session.isEstablished() ? Optional.empty() : record.agreed(),
        record.counters(
            session.links().all(),
            in.received(),
            in.accepted(),
            session.routes().export().map(PeerExport::size).orElse(0)),
        record.errorSent(),
        record.errorReceived(),
        record.lastDown(),
        session.routes().stale().families(),
        session.routes().stale().longLived(),
        session.limits().view(),
        core.dynamicPeers().rangeOf(session.key()),
        PolicyWords.text(config.routing().importPolicy()),
        PolicyWords.text(config.routing().exportPolicy()),
        record.steps());
  }
}
