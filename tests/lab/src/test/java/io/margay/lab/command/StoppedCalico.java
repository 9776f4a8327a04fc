package io.margay.lab.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Makes a node of a {@link TunnelLab} one where a calico-node 3.32 ran until now. Which blocks,
 * addresses and peers there are is asked of the node itself; then all that is there of ours goes,
 * and iproute2, iptables-restore and ipset write what Calico writes for them: BIRD's routes
 * (protocol bird) for pools in IPIP and without a tunnel, Felix's (80) for VXLAN, those to pods
 * (boot), tunnel devices with neighbours and forwarding entries, settings, rules, sets, files.
 *
 * <p>Where the kernel has no IPIP, tunl0 stays the device that a forwarder serves, and is set up
 * anew.
 */
final class StoppedCalico {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CLEAR =
      """
      for t in raw mangle nat filter; do
        IPTABLES-save -t $t | grep -v cali | IPTABLES-restore
      done
      ipset list -n | grep '^cali' | while read s; do ipset destroy $s; done
      for p in bird 80; do ip route flush proto $p; ip route flush proto $p type blackhole; done
      for d in CALIS; do ip route flush dev $d; done
      ip link del vxlan.calico
      ip addr flush dev tunl0
      ip link set tunl0 down
      find /var/run/calico -type s ! -name 'forwarder*' -delete
      rm -rf /var/lib/calico/* /etc/cni/net.d/* /opt/cni/bin/calico*
      """;

  /** Section by section as Felix programs them once an interface is up. */
  private static final String SETTINGS =
      """
      sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
      sysctl -qw net.netfilter.nf_conntrack_acct=1
      for d in CALIS; do
        ip link set $d address ee:ee:ee:ee:ee:ee up
        sysctl -qw net.ipv6.conf.$d.accept_ra=0
        sysctl -qw net.ipv4.conf.$d.route_localnet=1 net.ipv4.neigh.$d.proxy_delay=0
        sysctl -qw net.ipv4.conf.$d.proxy_arp=1 net.ipv4.conf.$d.forwarding=1
        sysctl -qw net.ipv4.conf.$d.rp_filter=1
        sysctl -qw net.ipv6.conf.$d.proxy_ndp=1 net.ipv6.conf.$d.forwarding=1
      done
      """;

  private static final String FILES =
      """
      printf NODE >/var/lib/calico/nodename
      printf MTU >/var/lib/calico/mtu
      for p in calico calico-ipam; do printf '#!/bin/sh\\nexit 1\\n' >/opt/cni/bin/$p; chmod 755 /opt/cni/bin/$p; done
      echo '{"apiVersion": "v1", "kind": "Config"}' >/etc/cni/net.d/calico-kubeconfig
      chmod 600 /etc/cni/net.d/calico-kubeconfig
      cat >/etc/cni/net.d/10-calico.conflist <<'END'
      {"name": "k8s-pod-network", "cniVersion": "0.3.1", "plugins": [
        {"type": "calico", "log_level": "info", "log_file_path": "/var/log/calico/cni/cni.log",
         "datastore_type": "kubernetes", "nodename": "NODE", "mtu": 0,
         "ipam": {"type": "calico-ipam"}, "policy": {"type": "k8s"},
         "kubernetes": {"kubeconfig": "/etc/cni/net.d/calico-kubeconfig"}},
        {"type": "portmap", "snat": true, "capabilities": {"portMappings": true}}]}
      END
      """;

  /** What changed while nobody was there: Calico would take it away, too. */
  private static final String STALE =
      """
      ip route add 10.244.9.0/26 via 172.30.2.14 dev tunl0 proto bird metric 1024 onlink
      ip route add 10.246.9.0/26 via 10.246.9.0 dev vxlan.calico proto 80 onlink
      ip route add blackhole 10.244.10.0/26 proto bird
      ip route add 10.244.9.9 dev CALI proto boot scope link metric 1024
      ip neigh add 10.246.9.0 lladdr 66:00:00:00:00:09 dev vxlan.calico nud permanent
      bridge fdb add 66:00:00:00:00:09 dst 172.30.2.99 dev vxlan.calico self permanent
      ipset create cali40s:stale hash:net family inet maxelem 1048576
      """;

  private static final String ENDPOINT =
      """
      -A cali-tw-CALI -m conntrack --ctstate RELATED,ESTABLISHED --jump ACCEPT
      -A cali-tw-CALI -m conntrack --ctstate INVALID --jump DROP
      -A cali-tw-CALI --jump MARK --set-mark 0/0x30000
      TIER
      -A cali-tw-CALI --jump cali-pri-kns.default
      -A cali-tw-CALI -m comment --comment "Return if profile accepted" -m mark --mark 0x10000/0x10000 --jump RETURN
      -A cali-tw-CALI -m comment --comment "Drop if no profiles matched" --jump DROP
      -A cali-fw-CALI -m conntrack --ctstate RELATED,ESTABLISHED --jump ACCEPT
      -A cali-fw-CALI -m conntrack --ctstate INVALID --jump DROP
      -A cali-fw-CALI --jump MARK --set-mark 0/0x30000
      -A cali-fw-CALI -m comment --comment "Drop VXLAN encapped packets originating in workloads" -p udp -m multiport --destination-ports 4789 --jump DROP
      -A cali-fw-CALI -m comment --comment "Drop IPinIP encapped packets originating in workloads" -p 4 --jump DROP
      -A cali-fw-CALI --jump cali-pro-kns.default
      -A cali-fw-CALI -m comment --comment "Return if profile accepted" -m mark --mark 0x10000/0x10000 --jump RETURN
      -A cali-fw-CALI -m comment --comment "Drop if no profiles matched" --jump DROP
      """;

  /** Of the one pod that a policy selects. */
  private static final String TIER =
      """
      -A cali-tw-CALI -m comment --comment "Start of tier default" --jump MARK --set-mark 0/0x20000
      -A cali-tw-CALI -m mark --mark 0/0x20000 --jump cali-pi-knp/default/guarded
      -A cali-tw-CALI -m comment --comment "Return if policy accepted" -m mark --mark 0x10000/0x10000 --jump RETURN
      -A cali-tw-CALI -m comment --comment "End of tier default. Drop if no policies passed packet" -m mark --mark 0/0x20000 --jump DROP
      """;

  private final TestLab lab;
  private final String node;
  private final String iptables;

  /**
   * Of a node whose agent stands still.
   *
   * @param iptables the back end that is used there
   */
  StoppedCalico(TestLab lab, String node, String iptables) {
    this.lab = lab;
    this.node = node;
    this.iptables = iptables;
  }

  /** The node's end of a pod's interface: Calico's name for it. */
  static String interfaceOf(String pod) {
    return "cali" + sha1("default." + pod).substring(0, 11);
  }

  /**
   * Writes it.
   *
   * @param pods all that run on the node
   * @param guarded the one among them that the policy of this name selects
   */
  void write(List<String> pods, String guarded) throws IOException {
    String calis = pods.stream().map(StoppedCalico::interfaceOf).collect(Collectors.joining(" "));
    String rules = FelixRules.restore(rules(pods, guarded));
    var script = new ArrayList<String>();
    script.add(CLEAR);
    script.add(SETTINGS);
    script.add(devices());
    script.addAll(routes());
    script.addAll(peers());
    script.add("ipset restore <<'END'\n" + sets() + "END");
    script.add("IPTABLES-restore --noflush <<'END'\n" + rules + "END");
    script.add(FILES);
    script.add(STALE);
    // All that is asked has been asked by now.
    lab.in(
        node,
        "sh",
        "-ec",
        String.join("\n", script)
            .replace("IPTABLES", iptables)
            .replace("CALIS", calis)
            .replace("CALI", interfaceOf(pods.getFirst()))
            .replace("NODE", node)
            .replace("MTU", lab.in(node, "cat", "/var/lib/calico/mtu").strip()));
  }

  private String devices() throws IOException {
    String vxlan = address("vxlan.calico");
    String mac = "66" + sha1(node).substring(0, 10).replaceAll("..", ":$0");
    return """
    ip link set tunl0 mtu %s
    ip link set tunl0 up
    ip addr add %s/32 dev tunl0
    ip link add vxlan.calico address %s mtu %s type vxlan id 4096 local %s dev eth0 dstport 4789 nolearning
    ip addr add %s/32 dev vxlan.calico
    ip link set vxlan.calico up
    """
        .formatted(
            mtu("tunl0"), address("tunl0"), mac, mtu("vxlan.calico"), address("eth0"), vxlan);
  }

  private String mtu(String device) throws IOException {
    return ask("ip", "-j", "link", "show", "dev", device).path(0).path("mtu").asText();
  }

  private String address(String device) throws IOException {
    return ask("ip", "-j", "-4", "addr", "show", "dev", device)
        .path(0)
        .path("addr_info")
        .path(0)
        .path("local")
        .asText();
  }

  /** A line for each route that is not the kernel's or an administrator's, as Calico has it. */
  private List<String> routes() throws IOException {
    var lines = new ArrayList<String>();
    for (JsonNode route : ask("ip", "-j", "-4", "route")) {
      String device = route.path("dev").asText();
      String to = route.path("dst").asText();
      String via = route.path("gateway").asText();
      String metric = " metric " + route.path("metric").asText();
      boolean blackhole = route.path("type").asText().equals("blackhole");
      if (device.startsWith("cali")) {
        lines.add(
            "ip route add " + to + "/32 dev " + device + " scope link proto boot metric 1024");
      } else if (to.startsWith("10.246.")) {
        lines.add(
            blackhole
                ? "ip route add blackhole " + to + " proto 80"
                : "ip route add " + to + " via " + via + " dev vxlan.calico onlink proto 80");
      } else if (to.startsWith("10.24")) {
        boolean tunnel = to.startsWith("10.244.") && !via.startsWith("172.30.1.");
        lines.add(
            blackhole
                ? "ip route add blackhole " + to + " proto bird"
                : "ip route add "
                    + to
                    + " via "
                    + via
                    + (tunnel ? " dev tunl0 onlink" : " dev eth0")
                    + " proto bird"
                    + metric);
      }
    }
    return lines;
  }

  /** The other ends of the VXLAN. */
  private List<String> peers() throws IOException {
    var lines = new ArrayList<String>();
    for (JsonNode peer :
        ask("ip", "-j", "neigh", "show", "dev", "vxlan.calico", "nud", "permanent")) {
      lines.add(
          "ip neigh add %s lladdr %s dev vxlan.calico nud permanent"
              .formatted(peer.path("dst").asText(), peer.path("lladdr").asText()));
    }
    for (JsonNode peer : ask("bridge", "-j", "fdb", "show", "dev", "vxlan.calico")) {
      lines.add(
          "bridge fdb add %s dst %s dev vxlan.calico self permanent"
              .formatted(peer.path("mac").asText(), peer.path("dst").asText()));
    }
    return lines;
  }

  /** The sets with the members that they have, made as Felix makes them. */
  private String sets() {
    return lab.in(node, "ipset", "save")
        .lines()
        .filter(line -> line.contains(" cali40"))
        .map(line ->
            line.replaceFirst(
                "^create (\\S+) .*",
                "create $1 hash:net family inet hashsize 1024 maxelem 1048576"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private String rules(List<String> pods, String guarded) throws IOException {
    var text = new StringBuilder();
    try (InputStream in = StoppedCalico.class.getResourceAsStream("/calico-3.32/rules.txt")) {
      if (in == null) {
        throw new IOException("no rules of Felix's among the test's resources");
      }
      text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    for (String pod : pods) {
      text.append(
          ENDPOINT
              .replace("TIER\n", pod.equals(guarded) ? TIER : "")
              .replace("CALI", interfaceOf(pod)));
    }
    String rules = text.toString();
    for (String pod : pods) {
      rules = rules.replace("CALI-" + pod.toUpperCase(Locale.ROOT), interfaceOf(pod));
    }
    return rules.replace("FRIENDS", friends());
  }

  /** The one set that a policy's selector has made here. */
  private String friends() {
    List<String> names =
        lab.in(node, "ipset", "list", "-n")
            .lines()
            .filter(name -> name.startsWith("cali40s:"))
            .toList();
    if (names.size() != 1) {
      throw new IllegalStateException("expected one set of a policy, found " + names);
    }
    return names.getFirst();
  }

  private JsonNode ask(String... command) throws IOException {
    return JSON.readTree(lab.in(node, command));
  }

  private static String sha1(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}
