package io.margay.agent.run;

import io.margay.agent.api.Answer;
import io.margay.agent.api.Request;
import io.margay.agent.stage.NodeReach;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.Planner;
import io.margay.agent.view.FibView;
import io.margay.agent.view.IpamView;
import io.margay.agent.view.NodeRoutes;
import io.margay.agent.view.NodeTunnels;
import io.margay.agent.view.NodeView;
import io.margay.agent.view.PolicyView;
import io.margay.agent.view.RoutesView;
import io.margay.agent.view.TunnelView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.StoreUnavailableException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** The verbs of the agent's socket: reads what margayctl asks for and finds the view. */
final class Views {
  private static final Answer NOT_PLANNED =
      new Answer.Refused("nothing is planned yet: the agent is starting");
  private static final Answer BUSY =
      new Answer.Refused("the agent is busy and has not answered in 2 s; ask again");

  private final String node;
  private final StageThread stage;
  private final Dataplane dataplane;
  private final BgpPart bgp;
  private final Allocator allocator;
  private final Latest latest;

  Views(
      String node,
      StageThread stage,
      Dataplane dataplane,
      BgpPart bgp,
      Allocator allocator,
      Latest latest) {
    this.node = node;
    this.stage = stage;
    this.dataplane = dataplane;
    this.bgp = bgp;
    this.allocator = allocator;
    this.latest = latest;
  }

  Map<String, Function<Request, Answer>> verbs() {
    var verbs = new HashMap<>(new BgpVerbs(bgp::speaker).all());
    verbs.put("node", _ -> node());
    verbs.put("routes", this::routes);
    verbs.put("fib", this::fib);
    verbs.put("tunnel", _ -> tunnel());
    verbs.put("ipam", _ -> new Answer.Value(IpamView.of(latest.image())));
    verbs.put("ipam-address", this::address);
    verbs.put("policy", this::policy);
    return verbs;
  }

  private Answer node() {
    return new Answer.Value(
        NodeView.of(
            node,
            ProcessHandle.current().pid(),
            bgp.peers().orElse(List.of()),
            Instant.now(),
            ZoneId.systemDefault()));
  }

  private Answer routes(Request request) {
    Optional<Plan> plan = latest.plan();
    if (plan.isEmpty()) {
      return NOT_PLANNED;
    }
    Optional<Ip> wanted = Optional.empty();
    if (request.argument("for").isPresent()) {
      wanted = Ip.parse(request.argument("for").get());
      if (wanted.isEmpty()) {
        return noAddress(request.argument("for").get());
      }
    }
    Optional<PlannedRoutes> routes = plannedRoutes();
    if (routes.isEmpty()) {
      return BUSY;
    }
    return new Answer.Value(
        RoutesView.of(
            routes.get(),
            dataplane.fib().status(),
            Asked.soon(dataplane.fib().missing(routes.get().wanted())),
            wanted));
  }

  private Answer fib(Request request) {
    Optional<Plan> plan = latest.plan();
    if (plan.isEmpty()) {
      return NOT_PLANNED;
    }
    Optional<Prefix> about = Optional.empty();
    if (request.argument("about").isPresent()) {
      String text = request.argument("about").get();
      about = Ip.parse(text).map(Ip::asPrefix).or(() -> Prefix.parse(text));
      if (about.isEmpty()) {
        return new Answer.Refused('"' + text + "\" is no network and no IP address");
      }
    }
    Optional<Prefix> asked = about;
    Optional<PlannedRoutes> routes = plannedRoutes();
    if (routes.isEmpty()) {
      return BUSY;
    }
    Dataplane.KernelRoutes kernel = dataplane.readRoutes();
    return new Answer.Rows(
        FibView.of(
            kernel.routes(),
            kernel.names(),
            dataplane.ownership(),
            routes.get(),
            dataplane.fib().status(),
            request.argument("differences").isPresent(),
            destination -> asked.isEmpty() || isAbout(asked.get(), destination)));
  }

  private Answer tunnel() {
    Optional<Plan> plan = latest.plan();
    if (plan.isEmpty()) {
      return NOT_PLANNED;
    }
    Optional<List<NodeReach>> nodes = Asked.soon(stage.ask(Planner::reaches));
    var found = Asked.soon(dataplane.readTunnels());
    Optional<PlannedRoutes> routes = plannedRoutes();
    if (nodes.isEmpty() || found.isEmpty() || routes.isEmpty()) {
      return BUSY;
    }
    Dataplane.KernelRoutes kernel = dataplane.readRoutes();
    return new Answer.Rows(
        TunnelView.of(
                nodes.get(),
                new NodeRoutes(
                    routes.get(), kernel.routes(), kernel.names(), dataplane.fib().status()),
                new NodeTunnels(plan.get().tunnels(), found.get(), dataplane.tunnel().status()),
                dataplane.readNeighbours(),
                kernel.names())
            .iterator());
  }

  private Optional<PlannedRoutes> plannedRoutes() {
    return Asked.soon(stage.ask(Planner::routes));
  }

  /** Inside of the network, or what the packets of an address may follow. */
  private static boolean isAbout(Prefix asked, Prefix destination) {
    return asked.contains(destination) || (asked.isHost() && destination.contains(asked));
  }

  private Answer address(Request request) {
    String text = request.argument("ip").orElse("");
    Optional<Ip> ip = Ip.parse(text);
    if (ip.isEmpty()) {
      return noAddress(text);
    }
    try {
      Optional<Block.Attributes> holder = allocator.holder(ip.get());
      var value = new LinkedHashMap<String, Object>();
      value.put("ip", ip.get().toString());
      value.put("assigned", holder.isPresent());
      holder.ifPresent(held -> {
        value.put("handle", held.handleId().orElse("<none>"));
        value.put("attributes", held.activeOwner());
      });
      return new Answer.Value(value);
    } catch (StoreUnavailableException e) {
      return new Answer.Refused("the API server cannot be asked: " + e.getMessage());
    }
  }

  private static Answer noAddress(String text) {
    return new Answer.Refused('"' + text + "\" is no IP address");
  }

  private Answer policy(Request request) {
    String pod = request.argument("pod").orElse("");
    Optional<Optional<Map<String, Object>>> view =
        Asked.soon(stage.ask(planner -> PolicyView.of(planner, pod)));
    if (view.isEmpty()) {
      return BUSY;
    }
    return view.get()
        .<Answer>map(found -> {
          var value = new LinkedHashMap<String, Object>(found);
          value.put("inForce", inForce());
          return new Answer.Value(value);
        })
        .orElseGet(() -> new Answer.Refused("pod \"" + pod + "\" is no pod of node " + node));
  }

  private String inForce() {
    return dataplane
        .policy()
        .loop()
        .status()
        .map(status ->
            status.inSync()
                ? "yes"
                : "not yet: " + status.pending() + " wait, " + status.failing().size() + " fail")
        .orElse("not yet");
  }
}
