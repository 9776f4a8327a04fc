package io.margay.lab.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Ip;
import io.margay.lab.fib.Route;
import io.margay.lab.live.Lab;
import io.margay.lab.live.TextTable;
import io.margay.lab.peer.Session;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.PoolPlan;
import io.margay.lab.probe.PodEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows sessions, routes and addresses, and checks each of them. */
final class ShowStep {
  private static final Duration SESSIONS_COME = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final String TUNNEL = "tunl0";

  private final Lab lab;
  private final Judges judges;
  private final Clocked out;
  private final Findings findings;

  ShowStep(Lab lab, Judges judges, Clocked out, Findings findings) {
    this.lab = lab;
    this.judges = judges;
    this.out = out;
    this.findings = findings;
  }

  /** A column for each machine; whoever is asked says whether he is in session with the row's. */
  void sessions() throws InterruptedException {
    List<String> missing = Patience.until(judges::missingSessions, SESSIONS_COME, LOOK);
    missing.forEach(session -> findings.add("no BGP session: " + session));
    Map<String, List<Session>> seen = judges.sessions();
    Map<Ip, String> names = names();
    var table = new TextTable("MACHINE", "SAYS", "SESSIONS", "ESTABLISHED WITH");
    seen.forEach((machine, sessions) ->
        table.row(
            machine,
            teller(machine),
            Long.toString(sessions.stream().filter(Session::established).count()),
            sessions.stream()
                .filter(Session::established)
                .map(session -> names.getOrDefault(session.peer(), session.peer().toString()))
                .sorted()
                .collect(Collectors.joining(" "))));
    out.say(
        "BGP sessions: " + (missing.isEmpty() ? "all are there" : missing.size() + " are missing"));
    out.show(table.lines());
  }

  private String teller(String machine) {
    return switch (machine) {
      case LabPlan.ROUTER -> "vtysh";
      case LabPlan.WATCHER -> "gobgp";
      default -> lab.plan().node(machine).filter(NodePlan::runsMargay).isPresent() ? "ss" : "birdc";
    };
  }

  private Map<Ip, String> names() {
    var names = new LinkedHashMap<Ip, String>();
    lab.plan().nodes().forEach(node -> names.put(node.address(), node.name()));
    lab.plan()
        .subnets()
        .forEach(subnet -> subnet.routers().forEach(router -> names.put(router, LabPlan.ROUTER)));
    lab.plan().watchers().forEach(watcher -> names.put(watcher, LabPlan.WATCHER));
    return names;
  }

  /** The routes to addresses of pools, as {@code ip -j route} tells them. */
  void routes() {
    Map<String, List<Route>> fibs = judges.fibs();
    var table = new TextTable("MACHINE", "DESTINATION", "WAY", "PROTOCOL", "WHAT");
    int pods = 0;
    for (Map.Entry<String, List<Route>> fib : fibs.entrySet()) {
      for (Route route : fib.getValue()) {
        boolean inPool =
            lab.plan().pools().stream()
                .map(PoolPlan::cidr)
                .anyMatch(cidr -> cidr.contains(route.destination()));
        if (!inPool) {
          continue;
        }
        if (route.destination().isHost() && route.via().isEmpty()) {
          pods++;
        } else {
          table.row(
              fib.getKey(),
              route.destination().toString(),
              route.way(),
              route.protocol(),
              what(route));
        }
      }
    }
    out.say("routes to pods' addresses, and " + pods + " to single pods on their own nodes");
    out.show(table.lines());
  }

  private static String what(Route route) {
    if (route.type().equals("blackhole")) {
      return "own block";
    }
    return route.device().equals(TUNNEL) ? "IPIP" : "routed";
  }

  /** What the pods themselves say of their addresses, beside what their Pod objects say. */
  void addresses() {
    int same = 0;
    List<PodEndpoint> pods = lab.pods();
    for (PodEndpoint pod : pods) {
      String seen = ownAddress(pod);
      if (seen.equals(pod.ip().toString())) {
        same++;
      } else {
        findings.add(pod + " has " + seen + ", its status says " + pod.ip());
      }
    }
    out.say(same + " of " + pods.size() + " pods see on their eth0 what their status says");
    var table = new TextTable("NODE", "ADDRESS", "TUNNEL ADDRESS", "ANNOTATED");
    for (NodePlan node : lab.plan().margayNodes()) {
      String device = lab.place(node.name()).run("ip", "-br", "-4", "addr", "show", TUNNEL).out();
      List<String> words = List.of(device.strip().split("\\s+"));
      String tunnel = words.size() > 2 ? words.get(2).replaceFirst("/32$", "") : "none";
      String annotated = annotation(node.name());
      table.row(node.name(), node.address().toString(), tunnel, annotated);
      if (!tunnel.equals(annotated)) {
        findings.add(
            node.name() + ": " + TUNNEL + " has " + tunnel + ", annotated is " + annotated);
      }
    }
    out.show(table.lines());
  }

  private String ownAddress(PodEndpoint pod) {
    return lab.netns(pod)
        .map(netns ->
            lab.place(pod.node())
                .run("ip", "-n", netns, "-br", "-4", "addr", "show", "eth0")
                .out()
                .strip())
        .map(line -> new ArrayList<>(List.of(line.split("\\s+"))))
        .filter(words -> words.size() > 2)
        .map(words -> words.get(2).replaceFirst("/32$", ""))
        .orElse("none");
  }

  private String annotation(String node) {
    JsonNode object = lab.api().get("/api/v1/nodes/" + node).orElseThrow();
    return object
        .path("metadata")
        .path("annotations")
        .path("projectcalico.org/IPv4IPIPTunnelAddr")
        .asText("none");
  }
}
