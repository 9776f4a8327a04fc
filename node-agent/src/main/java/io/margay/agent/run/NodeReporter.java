package io.margay.agent.run;

import io.margay.agent.bird.BirdReport;
import io.margay.agent.bird.BirdState;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.kube.client.ApiException;
import io.margay.kube.status.NodeReports;
import io.margay.kube.status.NodeReports.Part;
import io.margay.kube.status.NodeReports.Request;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fills in the CalicoNodeStatus objects that ask for this node, on a virtual thread. They are
 * looked for from time to time, not watched: docs/decisions/0181.
 */
final class NodeReporter {
  private static final EventLog LOG = EventLog.of(NodeReporter.class);
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final NodeReports reports;
  private final BgpPart bgp;
  private final Clock clock;
  private final ReportTimes times = new ReportTimes();

  /** What was told last of a server that does not answer; empty when it does. */
  private String told = "";

  NodeReporter(NodeReports reports, BgpPart bgp, Clock clock) {
    this.reports = reports;
    this.bgp = bgp;
    this.clock = clock;
  }

  void start() {
    Thread.ofVirtual().name("node-report").start(this::work);
  }

  private void work() {
    long look = clock.nanos();
    try {
      while (true) {
        long now = clock.nanos();
        if (now - look >= 0) {
          look = now + LOOK.toNanos();
          guarded(() -> times.requests(reports.requests()));
        }
        for (Request request : times.due(clock.nanos())) {
          guarded(() -> report(request));
          // Written or not: what could not be written is due again after its period.
          times.reported(request, clock.nanos());
        }
        now = clock.nanos();
        Thread.sleep(Duration.ofNanos(Math.max(RETRY.toNanos(), times.next(now, look) - now)));
      }
    } catch (InterruptedException e) {
      LOG.debug("node.report.stopped");
    }
  }

  private void guarded(Runnable attempt) {
    try {
      attempt.run();
      told = "";
    } catch (ApiException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(told)) {
        LOG.warn("node.report.waits", "why", why);
      }
      told = why;
    } catch (RuntimeException e) {
      LOG.error("node.report.failed", e);
    }
  }

  private void report(Request request) {
    NodeReports.Outcome outcome =
        reports.write(request.name(), content(request), InstantSource.system().instant());
    LOG.debug("node.report", "name", request.name(), "outcome", outcome);
  }

  private Map<Part, Map<String, Object>> content(Request request) {
    List<BirdState> states =
        bgp.speaker().isEmpty() ? List.of() : List.of(state(Family.IPV4), state(Family.IPV6));
    Map<Part, Map<String, Object>> content = new EnumMap<>(Part.class);
    for (Part part : request.parts()) {
      content.put(
          part,
          switch (part) {
            case AGENT -> BirdReport.agent(BirdSockets.version(), states);
            case BGP -> BirdReport.bgp(states);
            case ROUTES -> routes();
          });
    }
    return content;
  }

  private BirdState state(Family family) {
    return new BirdSockets.Source(bgp, family).state();
  }

  private Map<String, Object> routes() {
    var part = new LinkedHashMap<String, Object>();
    part.put("routesV4", routes(Family.IPV4, Prefix.ALL_IPV4));
    part.put("routesV6", routes(Family.IPV6, Prefix.ALL_IPV6));
    return part;
  }

  private List<Map<String, Object>> routes(Family family, Prefix all) {
    return BirdReport.routes(new BirdSockets.Source(bgp, family).routes(all), bgp.nextHops());
  }
}
