package io.margay.bgp.speaker;

import io.margay.bgp.fsm.SessionState;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.session.PeerChannel;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Makes views on bgp-core; long ones in slices, between which it does its work. */
final class Views {
  private static final int SLICE = 512;

  private final SpeakerCore core;

  Views(SpeakerCore core) {
    this.core = core;
  }

  SpeakerView speaker() {
    LocRib rib = core.exchange().rib();
    return new SpeakerView(
        rib.size(),
        rib.attributeSets(),
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

  List<AdvertisedView> advertised(PeerKey key) {
    var out = new ArrayList<AdvertisedView>();
    core.session(key)
        .ifPresent(s ->
            s.routes()
                .adjRibOut()
                .forEach((prefix, attrs) -> out.add(new AdvertisedView(prefix, attrs))));
    out.sort(Comparator.comparing(AdvertisedView::prefix));
    return out;
  }

  /** Begins a view of routes; what changes on the way may or may not be in it. */
  void routes(Predicate<Prefix> wanted, CompletableFuture<List<RouteView>> answer) {
    List<Prefix> prefixes = core.exchange().rib().prefixes(wanted);
    slice(prefixes, 0, new ArrayList<>(prefixes.size()), answer);
  }

  private void slice(
      List<Prefix> prefixes,
      int from,
      List<RouteView> out,
      CompletableFuture<List<RouteView>> answer) {
    int to = Math.min(prefixes.size(), from + SLICE);
    for (Prefix prefix : prefixes.subList(from, to)) {
      out.add(new RouteView(prefix, core.exchange().rib().explain(prefix)));
    }
    if (to == prefixes.size()) {
      answer.complete(out);
    } else {
      core.execute(() -> answering(answer, () -> slice(prefixes, to, out, answer)));
    }
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
        agreed(session),
        record.counters(
            session.links().all(),
            in.received(),
            in.accepted(),
            session.routes().adjRibOut().size()),
        record.errorSent(),
        record.errorReceived(),
        record.lastDown(),
        session.routes().stale().families(),
        session.limits().view(),
        core.dynamicPeers().rangeOf(session.key()),
        record.steps());
  }

  private static Optional<PeerView.Agreed> agreed(PeerSession session) {
    if (!(session.state() instanceof SessionState.Established e)) {
      return Optional.empty();
    }
    Optional<PeerChannel> channel = session.channel();
    return channel.map(c ->
        new PeerView.Agreed(
            c.local().address(),
            c.local().port(),
            c.remote().port(),
            e.agreed().routerId(),
            e.agreed().hold(),
            e.agreed().keepalive(),
            e.agreed().families(),
            e.agreed().isGraceful(),
            words(e.agreed().own()),
            words(e.agreed().peer())));
  }

  private static List<String> words(OpenMessage open) {
    return open.capabilities().stream().map(Capability::text).toList();
  }
}
