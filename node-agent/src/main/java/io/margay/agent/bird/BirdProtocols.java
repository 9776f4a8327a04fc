package io.margay.agent.bird;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.view.PeerView;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code show protocols}, with and without {@code all}. */
final class BirdProtocols {
  private static final int HEADING = 2002;
  private static final int ROW = 1002;
  private static final int DETAIL = 1006;

  private BirdProtocols() {}

  /** All of them: Calico's four that are no sessions, then the sessions. */
  static void table(BirdState state, BirdReply reply) {
    heading(reply);
    for (String[] fixed :
        new String[][] {
          {"static1", "Static"}, {"kernel1", "Kernel"}, {"device1", "Device"}, {"direct1", "Direct"}
        }) {
      reply.line(ROW, row(fixed[0], fixed[1], "up", state.since(state.started()), ""));
    }
    state.sessions().forEach(peer -> reply.line(ROW, row(peer, state)));
    reply.end();
  }

  /**
   * Sessions in full.
   *
   * @param name empty for all of them
   */
  static void details(BirdState state, Optional<String> name, BirdReply reply) {
    List<PeerView> wanted =
        state.sessions().stream()
            .filter(peer -> name.map(peer.name()::equals).orElse(true))
            .toList();
    if (wanted.isEmpty() && name.isPresent()) {
      reply.end(8003, "No protocols match");
      return;
    }
    heading(reply);
    for (PeerView peer : wanted) {
      reply.line(ROW, row(peer, state));
      detail(peer, reply);
    }
    reply.end();
  }

  private static void heading(BirdReply reply) {
    reply.line(HEADING, "name     proto    table    state  since       info");
  }

  private static String row(PeerView peer, BirdState state) {
    boolean up = peer.phase() == SessionPhase.ESTABLISHED;
    String why = up ? "" : peer.lastDown().map(PeerView.Event::what).orElse("");
    String info = "%-13s %s".formatted(phase(peer), oneLine(why));
    return row(peer.name(), "BGP", up ? "up" : "start", state.since(peer.since()), info);
  }

  private static String row(String name, String kind, String phase, String since, String info) {
    return "%-8s %-8s %-8s %-6s %-10s  %s".formatted(name, kind, "master", phase, since, info);
  }

  static String phase(PeerView peer) {
    boolean waits = peer.passive() && peer.phase() == SessionPhase.ACTIVE;
    return waits ? "Passive" : peer.phase().toString();
  }

  private static void detail(PeerView peer, BirdReply reply) {
    PeerView.Counters counters = peer.counters();
    text(reply, "  Description:    Connection to BGP peer");
    text(reply, "  Preference:     100");
    text(
        reply,
        "  Routes:         %d imported, %d exported"
            .formatted(counters.accepted(), counters.advertised()));
    text(reply, "  Route change stats:     received   rejected   filtered    ignored   accepted");
    received(reply, "Import updates:", counters.announcedIn());
    received(reply, "Import withdraws:", counters.withdrawnIn());
    sent(reply, "Export updates:", counters.announcedOut());
    sent(reply, "Export withdraws:", counters.withdrawnOut());
    text(reply, "  BGP state:          " + phase(peer));
    text(reply, "    Neighbor address: " + peer.address());
    text(reply, "    Neighbor AS:      " + peer.remoteAs());
    peer.agreed().ifPresent(agreed -> agreed(peer, agreed, reply));
    peer.lastDown()
        .filter(_ -> peer.agreed().isEmpty())
        .ifPresent(event -> text(reply, "    Last error:       " + oneLine(event.what())));
    text(reply, "");
  }

  private static void agreed(PeerView peer, PeerView.Agreed agreed, BirdReply reply) {
    String kind = peer.localAs() == peer.remoteAs() ? "internal" : "external";
    text(reply, "    Neighbor ID:      " + agreed.routerId());
    text(reply, "    Neighbor caps:    " + words(agreed.peerCapabilities()));
    text(
        reply,
        "    Session:          "
            + kind
            + " AS4"
            + (agreed.pathsIn().isEmpty() ? "" : " add-path-rx")
            + (agreed.pathsOut().isEmpty() ? "" : " add-path-tx"));
    text(reply, "    Source address:   " + agreed.localAddress());
    text(reply, "    Hold timer:       ---/" + agreed.hold().toSeconds());
    text(reply, "    Keepalive timer:  ---/" + agreed.keepalive().toSeconds());
  }

  // What became of single updates is not counted: three dashes, as BIRD has for what does not
  // apply. Of exports that is all but what was sent.
  private static void received(BirdReply reply, String what, long count) {
    change(reply, what, Long.toString(count), "---");
  }

  private static void sent(BirdReply reply, String what, long count) {
    change(reply, what, "---", Long.toString(count));
  }

  private static void change(BirdReply reply, String what, String received, String accepted) {
    text(
        reply,
        "    %-18s %13s %10s %10s %10s %10s"
            .formatted(what, received, "---", "---", "---", accepted));
  }

  private static void text(BirdReply reply, String line) {
    reply.line(DETAIL, line);
  }

  private static String words(List<String> capabilities) {
    return String.join(", ", capabilities).toLowerCase(Locale.ROOT);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
