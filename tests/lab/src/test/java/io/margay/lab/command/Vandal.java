package io.margay.lab.command;

import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Another program that deletes, adds and replaces on a node what is the agent's, by chance: routes,
 * neighbours, forwarding entries, addresses, tunnel devices, rules. It leaves sets of addresses
 * alone, and makes no route of another program's where one of the agent's is: that would be left.
 */
final class Vandal implements AutoCloseable {
  private static final String VXLAN = "vxlan.calico";
  private static final List<String> DEVICES = List.of(VXLAN, "tunl0");
  private static final Pattern ADDRESS = Pattern.compile("inet (\\S+)");
  private static final Pattern CHAIN = Pattern.compile("(?m)^:(cali-\\S+) -");

  private final RandomGenerator random;
  private final Child shell;
  private final List<String> deeds = new ArrayList<>();

  private final List<String> routes;
  private final List<String> neighbours;
  private final List<String> macs;
  private final List<String> addresses = new ArrayList<>();
  private final List<String> chains = new ArrayList<>();
  private final String iptables;

  /** One that knows what the node has now. */
  Vandal(TestLab lab, String node, RandomGenerator random) {
    this.random = random;
    this.routes =
        lines(lab.in(node, "ip", "route")).stream()
            .filter(r -> r.contains("proto bird") || r.contains("proto 80") || r.contains(" cali"))
            .toList();
    this.neighbours =
        firstWords(lab.in(node, "ip", "neigh", "show", "dev", VXLAN, "nud", "permanent"));
    this.macs = firstWords(lab.in(node, "bridge", "fdb", "show", "dev", VXLAN));
    for (String device : DEVICES) {
      Matcher address = ADDRESS.matcher(lab.in(node, "ip", "-4", "addr", "show", "dev", device));
      while (address.find()) {
        addresses.add(address.group(1) + " dev " + device);
      }
    }
    boolean legacy = lab.in(node, "iptables-legacy-save").contains(":cali-FORWARD");
    this.iptables = legacy ? "iptables-legacy" : "iptables-nft";
    for (String table : List.of("filter", "nat", "raw")) {
      Matcher chain = CHAIN.matcher(lab.in(node, iptables + "-save", "-t", table));
      while (chain.find()) {
        chains.add("-t " + table + " %s " + chain.group(1));
      }
    }
    this.shell = lab.start(node, "sh", "-c", "exec sh >/dev/null 2>&1");
  }

  private static List<String> lines(String text) {
    return text.lines().map(String::strip).toList();
  }

  private static List<String> firstWords(String text) {
    return text.lines().map(Vandal::firstWord).toList();
  }

  private static String firstWord(String line) {
    int end = line.indexOf(' ');
    return end < 0 ? line : line.substring(0, end);
  }

  /** Does one thing; what it was is a line of {@link #toString}. */
  void act() throws IOException {
    String deed =
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> onRoutes();
          case 3, 4 -> onNeighbours();
          case 5, 6 -> onForwarding();
          case 7 -> onAddresses();
          case 8 -> onDevices();
          default -> onRules();
        };
    deeds.add(deed);
    shell.stdin().write((deed + "\n").getBytes(StandardCharsets.UTF_8));
    shell.stdin().flush();
  }

  private String onRoutes() {
    String route = any(routes);
    String destination = firstWord(route.replaceFirst("^blackhole ", ""));
    String metric =
        route.contains("metric") ? " metric " + route.replaceFirst(".*metric (\\d+).*", "$1") : "";
    return switch (random.nextInt(4)) {
      case 0, 1 -> "ip route del " + route;
      case 2 -> "ip route replace blackhole " + destination + " proto bird" + metric;
      default -> "ip route add 10.99." + number() + ".0/24 dev tunl0 proto bird";
    };
  }

  private String onNeighbours() {
    String ip = any(neighbours);
    return switch (random.nextInt(4)) {
      case 0 -> "ip neigh del " + ip + " dev " + VXLAN;
      case 1 -> "ip neigh replace " + ip + " lladdr " + mac() + " dev " + VXLAN + " nud permanent";
      case 2 -> "ip neigh replace " + ip + " lladdr " + mac() + " dev " + VXLAN + " nud reachable";
      default ->
          "ip neigh add 10.99.0."
              + number()
              + " lladdr "
              + mac()
              + " dev "
              + VXLAN
              + " nud permanent";
    };
  }

  private String onForwarding() {
    String mac = any(macs);
    return switch (random.nextInt(4)) {
      case 0 -> "bridge fdb del " + mac + " dev " + VXLAN + " self";
      case 1 -> "bridge fdb replace " + mac + " dst 172.30.1.99 dev " + VXLAN + " self permanent";
      case 2 -> "bridge fdb add " + mac() + " dst 172.30.1.99 dev " + VXLAN + " self permanent";
      default -> "bridge fdb replace " + mac + " dst 172.30.1.99 dev " + VXLAN + " self dynamic";
    };
  }

  private String onAddresses() {
    return random.nextBoolean()
        ? "ip addr del " + any(addresses)
        : "ip addr add 10.99.1." + number() + "/32 dev " + any(DEVICES);
  }

  private String onDevices() {
    String device = any(DEVICES);
    return switch (random.nextInt(4)) {
      case 0 -> "ip link del " + device;
      case 1 -> "ip link set " + device + " down";
      case 2 -> "ip link set " + device + " mtu 1300";
      default -> "ip link set " + VXLAN + " address " + mac();
    };
  }

  private String onRules() {
    String chain = any(chains);
    return iptables
        + " "
        + switch (random.nextInt(4)) {
          case 0 -> chain.formatted("-F");
          case 1 -> chain.formatted("-A") + " -m comment --comment stray -j RETURN";
          case 2 -> "-D FORWARD 1";
          default -> "-I cali-FORWARD -j DROP";
        };
  }

  private int number() {
    return 1 + random.nextInt(250);
  }

  private String mac() {
    return "66:99:99:99:99:%02x".formatted(number());
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  @Override
  public String toString() {
    return String.join("\n", deeds);
  }

  @Override
  public void close() throws IOException {
    shell.stdin().close();
  }
}
