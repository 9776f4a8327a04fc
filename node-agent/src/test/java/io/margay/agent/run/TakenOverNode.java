package io.margay.agent.run;

import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A node as a stopped Calico 3.32 leaves it, beside one of flanneld's things, and a neighbour on
 * its network: pods with their interfaces and routes, BIRD's routes, VXLAN, chains and sets, and
 * for each kind something stale. Made with iproute2, iptables and ipset.
 */
final class TakenOverNode implements AutoCloseable {
  static final String POD = "10.65.0.2";
  static final String FAR_POD = "10.65.1.2";

  /** Felix's texts carry other hashes than ours: each chain is written anew once. */
  private static final String FELIX =
      """
      *filter
      :cali-FORWARD - [0:0]
      :cali-from-wl-dispatch - [0:0]
      :cali-to-wl-dispatch - [0:0]
      :cali-fw-cali1 - [0:0]
      :cali-tw-cali1 - [0:0]
      :cali-pri-stale - [0:0]
      -P FORWARD DROP
      -I FORWARD 1 -m comment --comment "cali:wUHhoiAYhphO9Mss" -j cali-FORWARD
      -A FORWARD -m comment --comment "cali:S93hcgKJrXEqnTfs" -m comment --comment "Policy explicitly accepted packet." -m mark --mark 0x10000/0x10000 -j ACCEPT
      -A cali-FORWARD -m comment --comment "cali:vjrMJCRpqwy5oRoX" -j MARK --set-xmark 0x0/0xe0000
      -A cali-FORWARD -m comment --comment "cali:MH9kMp5aNICL-Olv" -i cali+ -j cali-from-wl-dispatch
      -A cali-FORWARD -m comment --comment "cali:9wAzcVkm7kqwQmcK" -o cali+ -j cali-to-wl-dispatch
      -A cali-from-wl-dispatch -m comment --comment "cali:d0000000000000AA" -i cali1 -g cali-fw-cali1
      -A cali-from-wl-dispatch -m comment --comment "cali:d0000000000000AB" -j DROP
      -A cali-to-wl-dispatch -m comment --comment "cali:d0000000000000AC" -o cali1 -g cali-tw-cali1
      -A cali-to-wl-dispatch -m comment --comment "cali:d0000000000000AD" -j DROP
      -A cali-fw-cali1 -m comment --comment "cali:d0000000000000AE" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      -A cali-fw-cali1 -m comment --comment "cali:d0000000000000AF" -j MARK --set-xmark 0x10000/0x10000
      -A cali-tw-cali1 -m comment --comment "cali:d0000000000000AG" -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
      -A cali-tw-cali1 -m comment --comment "cali:d0000000000000AH" -j MARK --set-xmark 0x10000/0x10000
      COMMIT
      """;

  /** With --iptables-forward-rules and --ip-masq. */
  private static final String FLANNELD =
      """
      *nat
      :FLANNEL-POSTRTG - [0:0]
      -A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG
      -A FLANNEL-POSTRTG -s 10.244.0.0/16 -d 10.244.0.0/16 -m comment --comment "flanneld masq" -j RETURN
      COMMIT
      *filter
      :FLANNEL-FWD - [0:0]
      -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
      -A FLANNEL-FWD -s 10.244.0.0/16 -m comment --comment "flanneld forward" -j ACCEPT
      COMMIT
      """;

  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestNetns node = TestNetns.create();
  private final TestNetns far = TestNetns.create();
  private final TestNetns pod = TestNetns.create();

  TakenOverNode() {
    network();
    calico();
    flannel();
  }

  TestNetns netns() {
    return node;
  }

  List<String> launcher() {
    return List.of("nsenter", "--net=" + node.path());
  }

  /** What a stopped calico-node and flanneld leave of routes, without what comes and goes. */
  String routes() {
    return lines(node.ip("-4 route show")) + lines(node.ip("-6 route show"));
  }

  /** Devices, neighbours and forwarding entries. */
  String links() {
    var text = new StringBuilder();
    node.ip("-br link show")
        .lines()
        .forEach(line -> text.append(line.replaceFirst(" .*", "")).append('\n'));
    text.append(node.ip("neigh show nud permanent")).append('\n');
    text.append(inside("bridge", "fdb", "show", "dev", "flannel.1"));
    return text.append(inside("bridge", "fdb", "show", "dev", "vxlan.calico")).toString();
  }

  /** Rules and chains that do not carry Calico's names, and what FORWARD does with the rest. */
  String foreignRules() {
    var text = new StringBuilder();
    inside("iptables-legacy-save")
        .lines()
        .filter(line -> line.matches("-A .*|:FLANNEL.*|:FORWARD.*") && !line.contains("cali"))
        .map(line -> line.replaceAll("\\[\\d+:\\d+]", ""))
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  String save() {
    return inside("iptables-legacy-save");
  }

  String sets() {
    return inside("ipset", "list", "-name");
  }

  /** Pings a pod of another node from ours, fifty times a second, until it is killed. */
  Child ping(Path log) {
    return Program.of(
            List.of("ip", "netns", "exec", pod.name(), "ping", "-i", "0.02", "-w", "600", FAR_POD))
        .startDetached(log);
  }

  /** Numbers of the pings that were answered, in their order. */
  static List<Integer> answered(Path log) throws IOException {
    return ANSWER
        .matcher(Files.readString(log))
        .results()
        .map(answer -> Integer.parseInt(answer.group(1)))
        .toList();
  }

  private void network() {
    node.ip("link add eth0 type veth peer name eth0 netns " + far.name());
    node.ip("addr add 192.0.2.1/24 dev eth0");
    node.ip("link set eth0 up");
    far.ip("addr add 192.0.2.9/24 dev eth0");
    far.ip("addr add " + FAR_POD + "/32 dev lo");
    far.ip("link set eth0 up");
    far.ip("route add 10.65.0.0/26 via 192.0.2.1");
    node.ip("route add default via 192.0.2.9 proto static");
    inside("sysctl", "-qw", "net.ipv4.ip_forward=1");
  }

  private void calico() {
    node.ip(
        "link add cali1 address ee:ee:ee:ee:ee:ee type veth peer name eth0 netns " + pod.name());
    node.ip("link set cali1 up");
    inside(
        "sysctl", "-qw", "net.ipv4.conf.cali1.proxy_arp=1", "net.ipv4.neigh.cali1.proxy_delay=0");
    pod.ip("addr add " + POD + "/32 dev eth0");
    pod.ip("link set eth0 up");
    pod.ip("route add 169.254.1.1 dev eth0 scope link");
    pod.ip("route add default via 169.254.1.1 dev eth0");
    node.ip("link add cali2 address ee:ee:ee:ee:ee:ee type veth peer name cali2-p");
    node.ip("link set cali2 up");
    node.ip("link set cali2-p up");
    node.ip(
        "link add vxlan.calico type vxlan id 4096 dstport 4789 local 192.0.2.1 dev eth0 nolearning");
    node.ip("link set vxlan.calico up");
    node.ip("neigh add 10.65.2.1 lladdr 66:00:00:00:00:01 dev vxlan.calico nud permanent");
    inside("bridge", "fdb", "add", "66:00:00:00:00:01", "dev", "vxlan.calico", "dst", "192.0.2.9");
    node.ip("route add " + POD + "/32 dev cali1 proto boot scope link metric 1024");
    node.ip("route add blackhole 10.65.0.0/26 proto bird");
    node.ip("route add 10.65.1.0/26 via 192.0.2.9 dev eth0 proto bird metric 1024");
    node.ip("route add 10.65.2.0/26 via 10.65.2.1 dev vxlan.calico onlink proto 80");
    // What changed while nobody was there: a pod, a block and a profile are gone.
    node.ip("route add 10.65.0.3/32 dev cali2 proto boot scope link metric 1024");
    node.ip("route add 10.65.9.0/26 via 192.0.2.9 dev eth0 proto bird metric 1024");
    inside("ipset", "create", "cali40s:stale", "hash:net", "maxelem", "1048576");
    restore(FELIX);
  }

  private void flannel() {
    node.ip("link add flannel.1 type vxlan id 1 dstport 8472 local 192.0.2.1 dev eth0 nolearning");
    node.ip("link set flannel.1 up");
    node.ip("addr add 10.244.0.0/32 dev flannel.1");
    node.ip("link add cni0 type bridge");
    node.ip("addr add 10.244.0.1/24 dev cni0");
    node.ip("link set cni0 up");
    node.ip("route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink");
    node.ip("neigh add 10.244.1.0 lladdr 02:00:00:00:00:01 dev flannel.1 nud permanent");
    inside("bridge", "fdb", "add", "02:00:00:00:00:01", "dev", "flannel.1", "dst", "192.0.2.9");
    restore(FLANNELD);
  }

  private static String lines(String routes) {
    var text = new StringBuilder();
    routes
        .lines()
        .filter(line -> !line.startsWith("fe80::") && !line.startsWith("ff00::"))
        .map(line -> line.replace(" linkdown", "").strip())
        .sorted()
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private void restore(String rules) {
    run(Optional.of(rules), "iptables-legacy-restore", "--noflush", "--wait", "20");
  }

  private String inside(String... command) {
    return run(Optional.empty(), command);
  }

  private String run(Optional<String> stdin, String... command) {
    var argv = new ArrayList<>(launcher());
    argv.addAll(List.of(command));
    ProgramResult result = Program.run(argv, stdin, LIMIT);
    return result.orThrow().out();
  }

  @Override
  public void close() {
    pod.close();
    far.close();
    node.close();
  }
}
