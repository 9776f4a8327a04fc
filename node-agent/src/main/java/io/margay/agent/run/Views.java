package io.margay.agent.run;

import io.margay.agent.api.Answer;
import io.margay.agent.api.Request;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Planner;
import io.margay.agent.stage.PolicyView;
import io.margay.agent.stage.RouteCause;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What margayctl asks for, as maps that JSON is made of. */
final class Views {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd").withZone(ZoneId.systemDefault());

  private final String node;
  private final StageThread stage;
  private final Dataplane dataplane;
  private final BgpPart bgp;
  private final Allocator allocator;
  private final Supplier<Optional<Plan>> plan;

  Views(
      String node,
      StageThread stage,
      Dataplane dataplane,
      BgpPart bgp,
      Allocator allocator,
      Supplier<Optional<Plan>> plan) {
    this.node = node;
    this.stage = stage;
    this.dataplane = dataplane;
    this.bgp = bgp;
    this.allocator = allocator;
    this.plan = plan;
  }

  /** The verbs of the agent's socket. */
  Map<String, Function<Request, Answer>> verbs() {
    return Map.of(
        "node", _ -> node(),
        "routes", this::routes,
        "ipam", _ -> ipam(),
        "ipam-address", this::address,
        "policy", this::policy);
  }

  private Answer node() {
    var peers = new ArrayList<Map<String, Object>>();
    List<PeerView> all = bgp.peers().orElse(List.of());
    for (PeerView peer : all) {
      var row = new LinkedHashMap<String, Object>();
      row.put("address", peer.address().toString());
      row.put("name", peer.name());
      row.put("type", type(peer.kind()));
      row.put("state", state(peer));
      row.put("since", since(peer.since()));
      row.put("info", info(peer));
      row.put("received", peer.counters().received());
      row.put("advertised", peer.counters().advertised());
      peers.add(row);
    }
    var value = new LinkedHashMap<String, Object>();
    value.put("name", node);
    value.put("pid", ProcessHandle.current().pid());
    value.put("peers", peers);
    return new Answer.Value(value);
  }

  /** calicoctl's words. */
  private static String type(PeerKind kind) {
    return switch (kind) {
      case MESH -> "node-to-node mesh";
      case NODE -> "node specific";
      case GLOBAL -> "global";
      case LOCAL_WORKLOAD -> "local workload";
    };
  }

  private static String state(PeerView peer) {
    return switch (peer.phase()) {
      case ESTABLISHED -> "up";
      case IDLE, CONNECT, ACTIVE, OPEN_SENT, OPEN_CONFIRM -> "start";
    };
  }

  private static String info(PeerView peer) {
    String why =
        switch (peer.phase()) {
          case ESTABLISHED -> "";
          default -> peer.lastDown().map(event -> " " + event.what()).orElse("");
        };
    return peer.phase() + why;
  }

  private static String since(Instant since) {
    boolean today = since.plus(Duration.ofDays(1)).isAfter(Instant.now());
    return (today ? TIME : DAY).format(since);
  }

  private Answer routes(Request request) {
    Optional<Plan> now = plan.get();
    if (now.isEmpty()) {
      return new Answer.Refused("nothing is planned yet: the agent is starting");
    }
    Optional<Ip> wanted = Optional.empty();
    if (request.argument("for").isPresent()) {
      wanted = Ip.parse(request.argument("for").get());
      if (wanted.isEmpty()) {
        return new Answer.Refused('"' + request.argument("for").get() + "\" is no IP address");
      }
    }
    Map<FibKey, String> failing = new HashMap<>();
    dataplane
        .fib()
        .status()
        .map(ReconcileStatus::failing)
        .orElse(List.of())
        .forEach(item -> failing.put(item.key(), item.reason()));
    var rows = new ArrayList<Map<String, Object>>();
    now.get().routes().wanted().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            e -> rows.add(row(e.getKey(), e.getValue(), now.get().routes().causes(), failing)));
    now.get().routes().left().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> rows.add(left(e.getKey(), e.getValue())));
    return new Answer.Value(wanted.map(ip -> only(rows, ip)).orElse(rows));
  }

  private static Map<String, Object> row(
      FibKey key, FibRoute route, Map<FibKey, RouteCause> causes, Map<FibKey, String> failing) {
    var row = new LinkedHashMap<String, Object>();
    row.put("destination", key.destination().toString());
    row.put("type", route.type().name().toLowerCase(Locale.ROOT));
    List<String> via =
        route.nextHops().stream().flatMap(hop -> hop.gateway().stream()).map(Ip::toString).toList();
    List<String> dev = route.nextHops().stream().map(FibNextHop::interfaceName).distinct().toList();
    row.put("via", via.isEmpty() ? "-" : String.join(",", via));
    row.put("dev", dev.isEmpty() ? "-" : String.join(",", dev));
    row.put("protocol", protocol(route.protocol()));
    row.put("metric", key.metric());
    String refused = failing.get(key);
    row.put("state", refused == null ? "installed" : "refused: " + refused);
    RouteCause cause = causes.get(key);
    row.put("why", cause == null ? "" : cause.text());
    return row;
  }

  private static Map<String, Object> left(Prefix destination, String why) {
    var row = new LinkedHashMap<String, Object>();
    row.put("destination", destination.toString());
    row.put("type", "none");
    row.put("via", "-");
    row.put("dev", "-");
    row.put("protocol", "-");
    row.put("state", "left");
    row.put("why", why);
    return row;
  }

  private static List<Map<String, Object>> only(List<Map<String, Object>> rows, Ip ip) {
    return rows.stream()
        .filter(row -> Prefix.of(String.valueOf(row.get("destination"))).contains(ip))
        .max(
            Comparator.comparingInt(
                row -> Prefix.of(String.valueOf(row.get("destination"))).length()))
        .map(List::of)
        .orElse(List.of());
  }

  /** As /etc/iproute2/rt_protos names them. */
  private static String protocol(int number) {
    return switch (number) {
      case 3 -> "boot";
      case 12 -> "bird";
      default -> Integer.toString(number);
    };
  }

  private Answer ipam() {
    return new Answer.Value(
        ask(planner -> {
          var pools = new ArrayList<Map<String, Object>>();
          planner.image().ipPools().values().stream()
              .sorted(Comparator.comparing(IpPool::cidr))
              .forEach(pool -> pools.add(pool(pool, planner.image().ipamBlocks().values())));
          return Map.of("pools", pools);
        }));
  }

  private static Map<String, Object> pool(IpPool pool, Collection<IpamBlock> all) {
    List<IpamBlock> blocks =
        all.stream()
            .filter(block -> pool.cidr().contains(block.cidr()) && !block.deleted())
            .sorted(Comparator.comparing(IpamBlock::cidr))
            .toList();
    var rows = new ArrayList<Map<String, Object>>();
    for (IpamBlock block : blocks) {
      var row = range(block.cidr(), block.used());
      row.put("affinity", block.affinity().orElse(""));
      rows.add(row);
    }
    var value = range(pool.cidr(), blocks.stream().mapToInt(IpamBlock::used).sum());
    value.put("name", pool.name());
    value.put("blocks", rows);
    return value;
  }

  private static Map<String, Object> range(Prefix cidr, int used) {
    var value = new LinkedHashMap<String, Object>();
    value.put("cidr", cidr.toString());
    value.put("total", Math.pow(2, cidr.family().bits() - cidr.length()));
    value.put("inUse", used);
    return value;
  }

  private Answer address(Request request) {
    String text = request.argument("ip").orElse("");
    Optional<Ip> ip = Ip.parse(text);
    if (ip.isEmpty()) {
      return new Answer.Refused('"' + text + "\" is no IP address");
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

  private Answer policy(Request request) {
    String pod = request.argument("pod").orElse("");
    return ask(planner -> PolicyView.of(planner, pod))
        .<Answer>map(view -> {
          var value = new LinkedHashMap<String, Object>(view);
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

  private <T> T ask(Function<Planner, T> question) {
    return StageThread.answer(stage.ask(question));
  }
}
