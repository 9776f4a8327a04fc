package io.margay.agent.config;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.GoDuration;
import io.margay.tunnel.control.ForwarderLaunch;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

/** Every variable that the agent reads. {@code docs/configuration.md} is made from this. */
public final class Keys {
  /** Calico puts 11 characters behind it, and the kernel takes 15 in all. */
  private static final int LONGEST_PREFIX = 4;

  static final Key<String> NODENAME =
      Key.text(
          "NODENAME",
          "",
          "Name of this node's Node object; else the nodename file, else HOSTNAME.");
  static final Key<String> NODENAME_FILE =
      Key.text(
          "CALICO_NODENAME_FILE",
          "/var/lib/calico/nodename",
          "Where the node's name is kept for other programs.");
  static final Key<String> HOSTNAME =
      Key.text("HOSTNAME", "", "Lower-cased, the node's name where nothing else gives one.");

  static final Key<AddressChoice> IP =
      new Key<>(
          "IP",
          "",
          "autodetect, none, an IPv4 address, one with a length, or nothing",
          "This node's IPv4 address; nothing: the annotation that is there, else detection; none:"
              + " the annotation that is there, and no other.",
          text -> AddressChoice.parse(Family.IPV4, text));
  static final Key<AddressChoice> IP6 =
      new Key<>(
          "IP6",
          "",
          "autodetect, none, an IPv6 address, one with a length, or nothing",
          "This node's IPv6 address; nothing or none: the annotation that is there, and no other.",
          text -> AddressChoice.parse(Family.IPV6, text));
  static final Key<DetectionMethod> IP_AUTODETECTION_METHOD =
      new Key<>(
          "IP_AUTODETECTION_METHOD",
          "first-found",
          DetectionMethod.ACCEPTED,
          "How the IPv4 address is found.",
          DetectionMethod::parse);
  static final Key<DetectionMethod> IP6_AUTODETECTION_METHOD =
      new Key<>(
          "IP6_AUTODETECTION_METHOD",
          "first-found",
          DetectionMethod.ACCEPTED,
          "How the IPv6 address is found.",
          DetectionMethod::parse);
  static final Key<Duration> AUTODETECT_POLL_INTERVAL =
      new Key<>(
          "AUTODETECT_POLL_INTERVAL",
          "60s",
          "a duration such as 60s or 1m30s, at least 1s",
          "How often an address that is detected (autodetect) is detected again; at once when its"
              + " interface has another one in its place.",
          Keys::readInterval);
  static final Key<Boolean> DISABLE_NODE_IP_CHECK =
      Key.flag(
          "DISABLE_NODE_IP_CHECK", false, "Take an address that another Node object has, too.");
  static final Key<OptionalLong> AS =
      new Key<>(
          "AS",
          "",
          "an AS number, 1 to 4294967295, or high.low",
          "This node's AS number; written to its annotation.",
          Keys::readAs);
  static final Key<RouterId> ROUTER_ID =
      new Key<>(
          "CALICO_ROUTER_ID",
          "",
          "hash, or an IPv4 address",
          "BGP identifier; nothing: the node's IPv4 address.",
          Keys::readRouterId);
  static final Key<Backend> BACKEND =
      Key.choice(
          "CALICO_NETWORKING_BACKEND",
          "bird",
          backends(),
          "bird: BGP; vxlan: no BGP, routes come from the API's objects; none: the same, and the"
              + " node's address is not looked for.");
  static final Key<List<String>> CLUSTER_TYPE =
      Key.words("CLUSTER_TYPE", "", "Words that are added to ClusterInformation's clusterType.");

  static final Key<Boolean> NO_DEFAULT_POOLS =
      Key.flag("NO_DEFAULT_POOLS", false, "Make no pool when there is none.");

  static final Key<Boolean> HEALTH_ENABLED =
      Key.flag("FELIX_HEALTHENABLED", false, "Serve /liveness and /readiness.");
  static final Key<String> HEALTH_HOST =
      Key.text("FELIX_HEALTHHOST", "localhost", "Where they are served.");
  static final Key<Integer> HEALTH_PORT =
      Key.integer("FELIX_HEALTHPORT", 9099, 1, 65535, "Their port.");
  static final Key<Boolean> METRICS_ENABLED =
      Key.flag("FELIX_PROMETHEUSMETRICSENABLED", false, "Serve /metrics.");
  static final Key<String> METRICS_HOST =
      Key.text("FELIX_PROMETHEUSMETRICSHOST", "", "Where; nothing: on all addresses.");
  static final Key<Integer> METRICS_PORT =
      Key.integer("FELIX_PROMETHEUSMETRICSPORT", 9091, 1, 65535, "Its port.");
  static final Key<LogLevel> LOG_SEVERITY =
      Key.choice(
          "FELIX_LOGSEVERITYSCREEN", "INFO", LogLevel.words(), "Least severity of what is logged.");

  static final Key<WorkloadToHost> ENDPOINT_TO_HOST =
      Key.choice(
          "FELIX_DEFAULTENDPOINTTOHOSTACTION",
          "DROP",
          WorkloadToHost.words(),
          "What becomes of a pod's packets to its own node when policy lets them pass.");
  static final Key<Boolean> IPV6_SUPPORT =
      Key.flag("FELIX_IPV6SUPPORT", false, "Program ip6tables as well.");
  static final Key<List<String>> INTERFACE_PREFIX =
      new Key<>(
          "FELIX_INTERFACEPREFIX",
          "cali",
          "words of letters, digits, ., _ and - separated by commas, the first of up to "
              + LONGEST_PREFIX
              + " characters",
          "How the names of pods' interfaces begin; the first is used for new ones.",
          Keys::readPrefixes);
  static final Key<IptablesChoice> IPTABLES_BACKEND =
      Key.choice(
          "FELIX_IPTABLESBACKEND",
          "Auto",
          IptablesChoice.words(),
          "Which iptables; Auto looks for kubelet's chains.");
  static final Key<Boolean> CHAIN_INSERT =
      Key.choice(
          "FELIX_CHAININSERTMODE",
          "insert",
          insertModes(),
          "Where our jumps stand in the kernel's chains.");
  static final Key<Optional<ServiceLoopPrevention>> SERVICE_LOOP =
      Key.choice(
          "FELIX_SERVICELOOPPREVENTION",
          "auto",
          serviceLoops(),
          "What becomes of packets to a service's address that nobody took; auto: as"
              + " FelixConfiguration says, else Drop.");
  static final Key<Optional<Boolean>> IPIP_ENABLED =
      Key.choice(
          "FELIX_IPINIPENABLED",
          "auto",
          flags(),
          "Whether there is IPIP; auto: as FelixConfiguration says, else the pools.");
  static final Key<Optional<Boolean>> VXLAN_ENABLED =
      Key.choice(
          "FELIX_VXLANENABLED",
          "auto",
          flags(),
          "Whether there is VXLAN; auto: as FelixConfiguration says, else the pools.");
  static final Key<Integer> IPIP_MTU =
      Key.integer(
          "FELIX_IPINIPMTU",
          0,
          0,
          65535,
          "MTU of tunl0; 0: as FelixConfiguration says, else the uplink's less 20.");
  static final Key<Integer> VXLAN_MTU =
      Key.integer(
          "FELIX_VXLANMTU",
          0,
          0,
          65535,
          "MTU of vxlan.calico; 0: as FelixConfiguration says, else the uplink's less 50.");
  static final Key<Integer> VXLAN_MTU_V6 =
      Key.integer(
          "FELIX_VXLANMTUV6",
          0,
          0,
          65535,
          "MTU of vxlan-v6.calico; 0: as FelixConfiguration says, else the uplink's less 70.");
  static final Key<Integer> VXLAN_PORT =
      Key.integer(
          "FELIX_VXLANPORT",
          0,
          0,
          65535,
          "UDP port of VXLAN; 0: as FelixConfiguration says, else 4789.");
  static final Key<Integer> VXLAN_VNI =
      Key.integer(
          "FELIX_VXLANVNI",
          0,
          0,
          (1 << 24) - 1,
          "VNI of VXLAN; 0: as FelixConfiguration says, else 4096.");
  static final Key<List<Prefix>> EXTERNAL_NODES =
      new Key<>(
          "FELIX_EXTERNALNODESCIDRLIST",
          "",
          "addresses and CIDRs separated by commas",
          "Who may send encapsulated packets besides the nodes; empty: as FelixConfiguration says.",
          ExternalNodes::ranges);
  static final Key<Optional<Boolean>> FEATURE_OVERRIDE =
      new Key<>(
          "FELIX_FEATUREDETECTOVERRIDE",
          "",
          FeatureOverride.ACCEPTED,
          "What not to find out by the kernel's version; empty: as FelixConfiguration says.",
          FeatureOverride::checksumOffloadBroken);
  static final Key<Pattern> MTU_IFACE_PATTERN =
      new Key<>(
          "FELIX_MTUIFACEPATTERN",
          "^((en|wl|ww|sl|ib)[Pcopsvx].*|(eth|wlan|wwan).*)",
          "a regular expression",
          "Names of uplinks whose MTU counts.",
          Keys::readPattern);

  static final Key<Boolean> MANAGE_CNI =
      Key.flag("CALICO_MANAGE_CNI", true, "Install the CNI binary and its configuration.");
  static final Key<String> CNI_NET_DIR =
      Key.text(
          "MARGAY_CNI_CONF_DIR",
          "/host/etc/cni/net.d",
          "Where the agent sees /etc/cni/net.d of the host.");
  static final Key<String> CNI_BIN_DIR =
      Key.text(
          "MARGAY_CNI_BIN_DIR",
          "/host/opt/cni/bin",
          "Where the agent sees /opt/cni/bin of the host.");
  static final Key<Integer> POLICY_DEADLINE =
      Key.integer(
          "MARGAY_CNI_DEADLINE_SECONDS",
          20,
          1,
          80,
          "How long ADD waits until policy and route of a pod are in the kernel.");
  static final Key<Integer> FORWARDER_QUEUES =
      Key.integer(
          "MARGAY_FORWARDER_QUEUES",
          1,
          0,
          ForwarderLaunch.MOST_QUEUES,
          "Queues of each userspace forwarder; 0: half of the processors, 1 to 4.");
  static final Key<String> RUN_DIR =
      Key.text("MARGAY_RUN_DIR", "/var/run/calico", "Directory of the agent's sockets.");

  static final Key<String> LOG_DIR =
      Key.text("MARGAY_LOG_DIR", "/var/log/calico", "Directory of the forwarder's log.");
  static final Key<String> STATE_DIR =
      Key.text(
          "MARGAY_STATE_DIR",
          "/var/lib/calico",
          "Directory of what outlives the agent: the MTU file, queued DELs, the last image.");

  static final Key<String> NAMESPACE =
      Key.text(
          "MARGAY_NAMESPACE",
          "kube-system",
          "The namespace of the agent's own pod: its Lease and the Secrets with BGP passwords are"
              + " there.");

  static final Key<Boolean> STAND_INS =
      Key.flag(
          "MARGAY_CALICOCTL_PROCESSES",
          false,
          "Run processes named calico-felix, bird and bird6: calicoctl node status looks for"
              + " them.");

  private Keys() {}

  /** All keys in the order of the documentation. */
  public static List<Key<?>> all() {
    return Stream.of(
            List.of(
                NODENAME,
                NODENAME_FILE,
                HOSTNAME,
                IP,
                IP_AUTODETECTION_METHOD,
                IP6,
                IP6_AUTODETECTION_METHOD,
                AUTODETECT_POLL_INTERVAL,
                DISABLE_NODE_IP_CHECK,
                AS,
                ROUTER_ID,
                BACKEND,
                CLUSTER_TYPE,
                NO_DEFAULT_POOLS),
            PoolKeys.IPV4.all(),
            PoolKeys.IPV6.all(),
            List.of(
                HEALTH_ENABLED,
                HEALTH_HOST,
                HEALTH_PORT,
                METRICS_ENABLED,
                METRICS_HOST,
                METRICS_PORT,
                LOG_SEVERITY,
                ENDPOINT_TO_HOST,
                IPV6_SUPPORT,
                INTERFACE_PREFIX,
                IPTABLES_BACKEND,
                CHAIN_INSERT,
                SERVICE_LOOP,
                IPIP_ENABLED,
                IPIP_MTU,
                VXLAN_ENABLED,
                VXLAN_MTU,
                VXLAN_MTU_V6,
                VXLAN_PORT,
                VXLAN_VNI,
                EXTERNAL_NODES,
                FEATURE_OVERRIDE,
                MTU_IFACE_PATTERN,
                FORWARDER_QUEUES,
                MANAGE_CNI,
                CNI_NET_DIR,
                CNI_BIN_DIR,
                STAND_INS,
                POLICY_DEADLINE,
                RUN_DIR,
                LOG_DIR,
                STATE_DIR,
                NAMESPACE))
        .<Key<?>>flatMap(List::stream)
        .toList();
  }

  private static Map<String, Backend> backends() {
    var words = new LinkedHashMap<String, Backend>();
    words.put("bird", Backend.BIRD);
    words.put("vxlan", Backend.VXLAN);
    words.put("none", Backend.NONE);
    return words;
  }

  private static Map<String, Optional<Boolean>> flags() {
    var words = new LinkedHashMap<String, Optional<Boolean>>();
    words.put("auto", Optional.empty());
    words.put("true", Optional.of(true));
    words.put("false", Optional.of(false));
    return words;
  }

  private static Map<String, Boolean> insertModes() {
    var words = new LinkedHashMap<String, Boolean>();
    words.put("insert", true);
    words.put("append", false);
    return words;
  }

  private static Map<String, Optional<ServiceLoopPrevention>> serviceLoops() {
    var words = new LinkedHashMap<String, Optional<ServiceLoopPrevention>>();
    words.put("auto", Optional.empty());
    ServiceLoopPrevention.words().forEach((word, action) -> words.put(word, Optional.of(action)));
    return words;
  }

  private static Optional<OptionalLong> readAs(String text) {
    if (text.isEmpty()) {
      return Optional.of(OptionalLong.empty());
    }
    if (text.matches("[0-9]{1,5}\\.[0-9]{1,5}")) {
      int dot = text.indexOf('.');
      long high = Long.parseLong(text.substring(0, dot));
      long low = Long.parseLong(text.substring(dot + 1));
      return high > 0xffff || low > 0xffff
          ? Optional.empty()
          : Optional.of(OptionalLong.of(high << 16 | low));
    }
    if (!text.matches("[0-9]{1,10}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(text);
    return number == 0 || number > 0xffffffffL
        ? Optional.empty()
        : Optional.of(OptionalLong.of(number));
  }

  private static Optional<List<String>> readPrefixes(String text) {
    List<String> prefixes =
        Stream.of(text.split(",", -1)).map(String::strip).filter(p -> !p.isEmpty()).toList();
    boolean good =
        !prefixes.isEmpty()
            && prefixes.getFirst().length() <= LONGEST_PREFIX
            && prefixes.stream().allMatch(prefix -> prefix.matches("[A-Za-z0-9._-]{1,15}"));
    return good ? Optional.of(prefixes) : Optional.empty();
  }

  private static Optional<Pattern> readPattern(String text) {
    try {
      return Optional.of(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> readInterval(String text) {
    return GoDuration.parse(text)
        .filter(interval -> interval.compareTo(Duration.ofSeconds(1)) >= 0);
  }

  private static Optional<RouterId> readRouterId(String text) {
    return switch (text) {
      case "" -> Optional.of(new RouterId.NodeAddress());
      case "hash" -> Optional.of(new RouterId.HashOfName());
      default -> Ip4.parse(text).map(RouterId.Fixed::new);
    };
  }
}
