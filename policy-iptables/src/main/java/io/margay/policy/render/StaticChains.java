package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Protocol;
import io.margay.policy.render.RenderSettings.HookMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chains that are there whatever the policies are, and our rules in the kernel's chains. What
 * Calico has besides for host endpoints, WireGuard and IPVS would be empty and is not there.
 */
final class StaticChains {
  private static final int IPIP = 4;

  /** Who sends the packets inside is known by those; no table of connections has to hold them. */
  private static final String NOTRACK = "--jump NOTRACK";

  /** Neighbour discovery and multicast listeners: a workload needs its node for these. */
  private static final List<Integer> ICMP6_TO_HOST = List.of(130, 131, 132, 133, 135, 136);

  private final Family family;
  private final RenderSettings settings;
  private final Marks marks;
  private final Map<ChainKey, Chain> chains = new LinkedHashMap<>();

  private StaticChains(Family family, RenderSettings settings) {
    this.family = family;
    this.settings = settings;
    this.marks = settings.marks();
  }

  /** All of one family. */
  static Map<ChainKey, Chain> render(Family family, RenderSettings settings) {
    var chains = new StaticChains(family, settings);
    chains.addRaw();
    chains.addNat();
    chains.addFilter();
    return chains.chains;
  }

  /** How a packet is denied. */
  static String deny(RenderSettings settings) {
    return "--jump " + settings.deny();
  }

  /** A workload's packet must come from the interface that its address is reached by. */
  private void addRaw() {
    var rules = new ArrayList<Rule>();
    // The last word on our bits before policy: nobody gets a packet accepted by marking it.
    rules.add(Rule.of(Match.ALL, Rule.clearMark(marks.all())));
    tunnelPorts().forEach(port -> rules.add(Rule.of(port, NOTRACK)));
    for (Match workload : fromWorkloads()) {
      rules.add(Rule.of(workload, Rule.setMark(marks.allBlocks())));
    }
    Match marked = Match.ALL.marked(marks.allBlocks());
    rules.add(Rule.of(marked.fromWrongWay(), Rule.DROP));
    put(Table.RAW, "cali-PREROUTING", rules);
    hook(Table.RAW, "PREROUTING", List.of());
    if (!tunnelPorts().isEmpty()) {
      put(
          Table.RAW,
          "cali-OUTPUT",
          tunnelPorts().stream().map(port -> Rule.of(port, NOTRACK)).toList());
      hook(Table.RAW, "OUTPUT", List.of());
    }
  }

  private void addNat() {
    put(Table.NAT, "cali-fip-dnat", List.of());
    put(Table.NAT, "cali-fip-snat", List.of());
    put(Table.NAT, "cali-PREROUTING", List.of(Rule.of(Match.ALL, Rule.jump("cali-fip-dnat"))));
    put(Table.NAT, "cali-OUTPUT", List.of(Rule.of(Match.ALL, Rule.jump("cali-fip-dnat"))));
    var post = new ArrayList<Rule>();
    post.add(Rule.of(Match.ALL, Rule.jump("cali-fip-snat")));
    post.add(Rule.of(Match.ALL, Rule.jump("cali-nat-outgoing")));
    for (String device : settings.tunnels().devices(family)) {
      // A process of the node must come from the tunnel's address, or the answer takes another way.
      post.add(
          Rule.of(
              Match.ALL.out(device).sourceNotOfInterface().local(Match.End.SOURCE),
              "--jump MASQUERADE --random-fully"));
    }
    put(Table.NAT, "cali-POSTROUTING", post);
    put(
        Table.NAT,
        "cali-nat-outgoing",
        List.of(
            Rule.of(
                Match.ALL
                    .inSet(Match.End.SOURCE, StaticSets.masqueraded(family))
                    .notInSet(Match.End.DESTINATION, StaticSets.pools(family)),
                "--jump MASQUERADE --random-fully",
                "NAT outgoing traffic from pools")));
    hook(Table.NAT, "PREROUTING", List.of());
    hook(Table.NAT, "OUTPUT", List.of());
    // Behind kube-proxy's in either mode, as Calico since 3.29.
    chains.put(
        key(Table.NAT, "POSTROUTING"),
        ChainWriter.hooks("POSTROUTING", List.of(), List.of(jumpFrom("POSTROUTING"))));
  }

  private void addFilter() {
    addInput();
    addForward();
    addOutput();
    hook(Table.FILTER, "INPUT", List.of());
    hook(
        Table.FILTER,
        "FORWARD",
        List.of(
            Rule.of(
                Match.ALL.marked(marks.accept()),
                Rule.ACCEPT,
                "Policy explicitly accepted packet.")));
    hook(Table.FILTER, "OUTPUT", List.of());
  }

  private void addInput() {
    var rules = new ArrayList<Rule>();
    for (Carrier carrier : carriers()) {
      rules.add(
          Rule.of(
              carrier.packets.inSet(Match.End.SOURCE, carrier.nodes).local(Match.End.DESTINATION),
              Rule.ACCEPT,
              "Allow %s packets from %s hosts".formatted(carrier.name, carrier.whose)));
      rules.add(
          Rule.of(
              carrier.denied,
              Rule.DROP,
              "Drop %s packets from non-%s hosts".formatted(carrier.name, carrier.whose)));
    }
    for (Match workload : fromWorkloads()) {
      rules.add(Rule.of(workload, Rule.goTo("cali-wl-to-host")));
    }
    put(Table.FILTER, "cali-INPUT", rules);

    var toHost = new ArrayList<Rule>();
    if (family == Family.IPV6) {
      ICMP6_TO_HOST.forEach(type -> toHost.add(Rule.of(Match.ALL.icmp6Type(type), Rule.ACCEPT)));
    }
    toHost.add(Rule.of(Match.ALL, Rule.jump(ChainNames.dispatch(Direction.EGRESS))));
    toHost.add(
        Rule.of(
            Match.ALL,
            "--jump " + settings.endpointToHost(),
            "Configured DefaultEndpointToHostAction"));
    put(Table.FILTER, "cali-wl-to-host", toHost);
  }

  private void addForward() {
    var rules = new ArrayList<Rule>();
    rules.add(Rule.of(Match.ALL, Rule.clearMark(marks.all() & ~marks.accept())));
    for (Match workload : fromWorkloads()) {
      rules.add(Rule.of(workload, Rule.jump(ChainNames.dispatch(Direction.EGRESS))));
    }
    for (Match workload : toWorkloads()) {
      rules.add(Rule.of(workload, Rule.jump(ChainNames.dispatch(Direction.INGRESS))));
    }
    List<Prefix> services = settings.serviceLoop().services(family);
    if (!services.isEmpty()) {
      rules.add(Rule.of(Match.ALL, Rule.jump("cali-cidr-block")));
      String action = "--jump " + settings.serviceLoop().deny();
      put(
          Table.FILTER,
          "cali-cidr-block",
          services.stream()
              .map(range -> Rule.of(Match.ALL.net(Match.End.DESTINATION, range), action))
              .toList());
    }
    put(Table.FILTER, "cali-FORWARD", rules);
  }

  /** What a node sends to its own pods is never judged: kubelet's probes. */
  private void addOutput() {
    var rules = new ArrayList<Rule>();
    for (Carrier carrier : carriers()) {
      rules.add(
          Rule.of(
              carrier.packets.inSet(Match.End.DESTINATION, carrier.nodes).local(Match.End.SOURCE),
              Rule.ACCEPT,
              "Allow %s packets to other %s hosts".formatted(carrier.name, carrier.whose)));
    }
    put(Table.FILTER, "cali-OUTPUT", rules);
  }

  /**
   * In what nodes send each other packets.
   *
   * @param name what comments call it, with {@code whose} for those who may send it
   * @param denied those that are dropped when anybody else sends them
   * @param nodes who may send them
   */
  private record Carrier(String name, String whose, Match packets, Match denied, SetName nodes) {}

  private List<Carrier> carriers() {
    var carriers = new ArrayList<Carrier>();
    if (ipip()) {
      Match ipip = Match.ALL.protocol(IPIP);
      carriers.add(new Carrier("IPIP", "Calico", ipip, ipip, StaticSets.hosts(family)));
    }
    if (udp()) {
      carriers.add(toPort("UDP encapped", "Calico", toUdpPort(), StaticSets.hosts(family)));
    }
    if (vxlan()) {
      String name = familyWord() + " VXLAN";
      carriers.add(toPort(name, "allowed", toVxlanPort(), StaticSets.vxlanHosts(family)));
    }
    return carriers;
  }

  /** What is only passed on may have the port for reasons of its own. */
  private static Carrier toPort(String name, String whose, Match packets, SetName nodes) {
    return new Carrier(name, whose, packets, packets.local(Match.End.DESTINATION), nodes);
  }

  /** IPIP as Calico uses it is an IPv4 matter. */
  private boolean ipip() {
    return settings.tunnels().ipip(family).isPresent();
  }

  private boolean udp() {
    return settings.tunnels().udp(family).isPresent();
  }

  private boolean vxlan() {
    return settings.tunnels().vxlan(family).isPresent();
  }

  /** What nodes send each other to these ports is known by what is inside. */
  private List<Match> tunnelPorts() {
    var ports = new ArrayList<Match>();
    if (udp()) {
      ports.add(toUdpPort());
    }
    if (vxlan()) {
      ports.add(toVxlanPort());
    }
    return ports;
  }

  private static Match toUdpPort() {
    return Match.ALL
        .protocol(Protocol.UDP)
        .port(Match.End.DESTINATION, RenderSettings.Tunnels.UDP_PORT);
  }

  private Match toVxlanPort() {
    return Match.ALL.protocol(Protocol.UDP).port(Match.End.DESTINATION, settings.vxlanPort());
  }

  private String familyWord() {
    return family == Family.IPV4 ? "IPv4" : "IPv6";
  }

  private List<Match> fromWorkloads() {
    return settings.interfacePrefixes().stream().map(p -> Match.ALL.in(p + "+")).toList();
  }

  private List<Match> toWorkloads() {
    return settings.interfacePrefixes().stream().map(p -> Match.ALL.out(p + "+")).toList();
  }

  private void put(Table table, String name, List<Rule> rules) {
    chains.put(key(table, name), ChainWriter.chain(name, rules));
  }

  /** The jump from a kernel chain to ours of its name, and what else stands behind all others. */
  private void hook(Table table, String name, List<Rule> last) {
    List<Rule> jump = List.of(jumpFrom(name));
    Chain chain;
    if (settings.hookMode() == HookMode.INSERT) {
      chain = ChainWriter.hooks(name, jump, last);
    } else {
      var all = new ArrayList<>(jump);
      all.addAll(last);
      chain = ChainWriter.hooks(name, List.of(), all);
    }
    chains.put(key(table, name), chain);
  }

  private static Rule jumpFrom(String name) {
    return Rule.of(Match.ALL, Rule.jump("cali-" + name));
  }

  private ChainKey key(Table table, String name) {
    return new ChainKey(family, table, name);
  }
}
