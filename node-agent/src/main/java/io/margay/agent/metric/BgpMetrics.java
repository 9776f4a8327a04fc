package io.margay.agent.metric;

import io.margay.agent.metric.Registry.Row;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.PeerView.Counters;
import io.margay.bgp.view.SpeakerView;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Sessions, routes and messages of BGP; peers by their addresses. */
public final class BgpMetrics {
  private static final List<String> PEER = List.of("peer");

  private final Registry registry;
  private final Supplier<List<PeerView>> peers;
  private final Supplier<Optional<SpeakerView>> speaker;

  private BgpMetrics(
      Registry registry, Supplier<List<PeerView>> peers, Supplier<Optional<SpeakerView>> speaker) {
    this.registry = registry;
    this.peers = peers;
    this.speaker = speaker;
  }

  /**
   * Binds the speaker.
   *
   * @param peers all of them; none before the speaker was started
   * @param speaker empty before it was started, or when it does not answer
   */
  public static void bind(
      Registry registry, Supplier<List<PeerView>> peers, Supplier<Optional<SpeakerView>> speaker) {
    var metrics =
        new BgpMetrics(registry, registry.oncePerPage(peers), registry.oncePerPage(speaker));
    metrics.sessions();
    metrics.traffic();
    metrics.speaker();
  }

  private void sessions() {
    for (boolean established : new boolean[] {true, false}) {
      registry.gauge(
          "margay_bgp_sessions",
          "BGP sessions by state; worry when other is not 0 for a minute.",
          () -> peers.get().stream().filter(peer -> isUp(peer) == established).count(),
          "state",
          established ? "established" : "other");
    }
    registry.gauges(
        "margay_bgp_session_up",
        "1 when the session with a peer is established, else 0; worry when it is 0 for a minute.",
        PEER,
        () -> each(peer -> isUp(peer) ? 1 : 0));
    registry.counters(
        "margay_bgp_session_established",
        "How often the session with a peer came up; worry when it keeps growing.",
        PEER,
        () -> each(peer -> peer.counters().established()));
    registry.gauges(
        "margay_bgp_routes",
        "Routes of a peer: received, of them accepted, and advertised to it; worry when one falls"
            + " to 0.",
        List.of("peer", "table"),
        () ->
            several(peer ->
                Stream.of(
                    row(peer, "received", Counters::received),
                    row(peer, "accepted", Counters::accepted),
                    row(peer, "advertised", Counters::advertised))));
  }

  private void traffic() {
    registry.counters(
        "margay_bgp_messages",
        "Messages from (in) and to (out) a peer; worry when one stands still for the hold time.",
        List.of("peer", "direction"),
        () ->
            several(peer ->
                Stream.of(
                    row(peer, "in", Counters::messagesIn),
                    row(peer, "out", Counters::messagesOut))));
    registry.counters(
        "margay_bgp_updates",
        "UPDATEs from (in) and to (out) a peer; worry when it grows while nothing changes.",
        List.of("peer", "direction"),
        () ->
            several(peer ->
                Stream.of(
                    row(peer, "in", Counters::updatesIn), row(peer, "out", Counters::updatesOut))));
    registry.counters(
        "margay_bgp_update_faults",
        "Malformed UPDATEs of a peer that did not end the session; worry when it is not 0.",
        PEER,
        () -> each(peer -> peer.counters().faults()));
  }

  private void speaker() {
    gauge(
        "margay_bgp_prefixes",
        "Prefixes with at least one path; worry when it falls unasked.",
        SpeakerView::prefixes);
    gauge(
        "margay_bgp_attribute_sets",
        "Different sets of path attributes in memory; worry when it grows and prefixes do not.",
        SpeakerView::attributeSets);
    gauge(
        "margay_bgp_table_bytes",
        "Memory that the routes of all peers need; worry when it comes near the limit.",
        SpeakerView::tableBytes);
    gauge(
        "margay_bgp_table_limit_bytes",
        "Memory that they may need; worry when it is less than what you expect of your peers.",
        SpeakerView::tableLimit);
    gauge(
        "margay_bgp_recovering",
        "1 while routes are collected after a restart, else 0; worry when it stays 1.",
        view -> view.recovering() ? 1 : 0);
    gauge(
        "margay_bgp_not_listening",
        "Own addresses that peers cannot connect to; worry when it is not 0: another BGP speaker may"
            + " have the port, and bgp.listen.failed says why.",
        view -> view.notListening().size());
    counter(
        "margay_bgp_strangers",
        "Connections of nobody's peers that were refused; worry when it keeps growing.",
        SpeakerView::strangers);
    counter(
        "margay_bgp_failures",
        "Faults of the speaker that it survived; worry when it is not 0: a bug to report.",
        SpeakerView::failures);
  }

  private void gauge(String name, String help, ToDoubleFunction<SpeakerView> value) {
    registry.gauge(name, help, () -> read(value));
  }

  private void counter(String name, String help, ToDoubleFunction<SpeakerView> value) {
    registry.counter(name, help, () -> read(value));
  }

  private double read(ToDoubleFunction<SpeakerView> value) {
    return speaker.get().map(value::applyAsDouble).orElse(0.0);
  }

  private List<Row> each(ToDoubleFunction<PeerView> value) {
    return peers.get().stream()
        .map(peer -> new Row(List.of(label(peer)), value.applyAsDouble(peer)))
        .toList();
  }

  private List<Row> several(Function<PeerView, Stream<Row>> rows) {
    return peers.get().stream().flatMap(rows).toList();
  }

  private static Row row(PeerView peer, String second, ToDoubleFunction<Counters> value) {
    return new Row(List.of(label(peer), second), value.applyAsDouble(peer.counters()));
  }

  /** As BIRD names sessions: the port only where it is not BGP's. */
  private static String label(PeerView peer) {
    return peer.address() + (peer.port() == 179 ? "" : ":" + peer.port());
  }

  private static boolean isUp(PeerView peer) {
    return peer.phase() == SessionPhase.ESTABLISHED;
  }
}
