package io.margay.lab.demo;

import io.margay.lab.fib.Route;
import io.margay.lab.kubelet.AgentProcess;
import io.margay.lab.live.Lab;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.probe.Ping;
import io.margay.lab.probe.PingReport;
import io.margay.lab.probe.PodEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Kills an agent with -9 while pods on its node and elsewhere ping each other, and watches until
 * all is as it was: no answer may be lost, no line of {@code ip route} may change at any time.
 */
final class KillStep {
  private static final Duration BACK = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  /** After the sessions are back: End-of-RIB, and what a peer would have thrown away then. */
  private static final Duration SETTLES = Duration.ofSeconds(3);

  /** Pings run this long before the kill, to be sure that they answer. */
  private static final Duration RUNS_IN = Duration.ofMillis(500);

  private final Lab lab;
  private final Judges judges;
  private final Clocked out;
  private final Findings findings;

  KillStep(Lab lab, Clocked out, Findings findings) {
    this.lab = lab;
    this.judges = new Judges(lab);
    this.out = out;
    this.findings = findings;
  }

  /** What is pinged: from a pod, to a pod, and what that shows. */
  record Pair(String what, PodEndpoint from, PodEndpoint to) {}

  void run(NodePlan victim, List<Pair> pairs) throws InterruptedException {
    AgentProcess agent = lab.agents().get(victim.name());
    if (agent == null || agent.process().isEmpty()) {
      findings.add("no agent runs on " + victim.name());
      return;
    }
    Map<String, List<Route>> before = judges.fibs();
    long begun = System.nanoTime();
    List<Ping> pings = startPings(pairs);
    Thread.sleep(RUNS_IN);
    int starts = agent.starts();
    long killed = System.nanoTime();
    agent.kill();
    out.say("kill -9 of the agent on " + victim.name() + " under " + pings.size() + " pings");
    Set<String> changed = new LinkedHashSet<>();
    awaitBack(agent, starts, killed, before, changed);
    stop(pings, begun);
    if (changed.isEmpty()) {
      out.say("ip route: no line changed on " + before.size() + " machines");
    }
    changed.forEach(line -> findings.add("ip route, while the agent was away: " + line));
  }

  private List<Ping> startPings(List<Pair> pairs) {
    var pings = new ArrayList<Ping>();
    for (Pair pair : pairs) {
      Optional<String> netns = lab.netns(pair.from());
      if (netns.isEmpty()) {
        findings.add(pair.from() + " does not run, it cannot ping");
        continue;
      }
      var place = lab.place(pair.from().node());
      String name = pair.what() + ": " + pair.from() + " -> " + pair.to().ip();
      pings.add(Ping.start(name, argv -> place.enteringNetns(netns.get(), argv), pair.to().ip()));
    }
    return pings;
  }

  private void awaitBack(
      AgentProcess agent,
      int starts,
      long killed,
      Map<String, List<Route>> before,
      Set<String> changed)
      throws InterruptedException {
    List<String> still =
        Patience.until(
            () -> {
              compare(before, changed);
              boolean started = agent.starts() > starts && agent.servingNanos().isPresent();
              return started ? List.of() : List.of("the agent does not serve pods again");
            },
            BACK,
            LOOK);
    agent
        .servingNanos()
        .ifPresent(serving ->
            out.say(
                "started again, serves pods %.1f s after the kill"
                    .formatted((serving - killed) / 1e9)));
    if (still.isEmpty()) {
      still =
          Patience.until(
              () -> {
                compare(before, changed);
                return judges.missingSessions();
              },
              BACK,
              LOOK);
    }
    if (still.isEmpty()) {
      out.say(
          "all its sessions are back %.1f s after the kill"
              .formatted((System.nanoTime() - killed) / 1e9));
      // Nothing is to be missing here: it is the looking that takes the time.
      long end = System.nanoTime() + SETTLES.toNanos();
      while (System.nanoTime() < end) {
        compare(before, changed);
        Thread.sleep(LOOK);
      }
    }
    still.forEach(what -> findings.add(BACK.toSeconds() + " s after the kill: " + what));
  }

  private void compare(Map<String, List<Route>> before, Set<String> changed) {
    judges
        .fibs()
        .forEach((machine, now) -> changed.addAll(FibChange.between(machine, before, now)));
  }

  private void stop(List<Ping> pings, long begun) throws InterruptedException {
    for (Ping ping : pings) {
      PingReport report = ping.stop();
      double seconds = (System.nanoTime() - begun) / 1e9;
      out.say(
          "%s: %d sent (%.0f/s), %d answered, %d lost"
              .formatted(
                  ping.name(),
                  report.sent(),
                  report.sent() / seconds,
                  report.answered(),
                  report.lost()));
      if (report.lost() > 0 || report.answered() == 0) {
        findings.add(
            "%s lost %d of %d answers, %d in a row"
                .formatted(ping.name(), report.lost(), report.sent(), report.longestGap()));
      }
    }
  }
}
