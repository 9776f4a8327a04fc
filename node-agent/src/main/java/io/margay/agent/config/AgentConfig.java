package io.margay.agent.config;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * All that the environment says, read once at start.
 *
 * @param forwarderQueues of each forwarder; 0: by the number of processors
 * @param addressesAreUnique an address of another node's is not taken
 * @param standIns processes are run that calicoctl looks for
 */
public record AgentConfig(
    String nodeName,
    String namespace,
    Path nodeNameFile,
    Directories directories,
    Addressing ipv4,
    Addressing ipv6,
    Duration addressInterval,
    boolean addressesAreUnique,
    OptionalLong asNumber,
    RouterId routerId,
    Backend backend,
    List<String> clusterTypes,
    List<DefaultPool> defaultPools,
    Serving serving,
    LogLevel logLevel,
    Dataplane dataplane,
    Cni cni,
    int forwarderQueues,
    boolean standIns) {

  /**
   * Where the agent keeps files.
   *
   * @param run sockets
   * @param state what outlives the agent
   */
  public record Directories(Path run, Path log, Path state) {}

  /** How the node's address of one family is chosen. */
  public record Addressing(AddressChoice choice, DetectionMethod method) {}

  /** What is served over HTTP. An empty metrics host means all addresses. */
  public record Serving(
      boolean health,
      String healthHost,
      int healthPort,
      boolean metrics,
      String metricsHost,
      int metricsPort) {}

  /**
   * How the kernel is programmed.
   *
   * @param serviceLoop empty: FelixConfiguration says it
   */
  public record Dataplane(
      WorkloadToHost workloadToHost,
      boolean ipv6,
      List<String> interfacePrefixes,
      IptablesChoice iptables,
      boolean insertHooks,
      Optional<ServiceLoopPrevention> serviceLoop,
      Tunnels tunnels,
      Pattern mtuInterfacePattern) {}

  /**
   * What the environment says about tunnels; FelixConfiguration says the rest.
   *
   * @param ipipMtu this and the other numbers: 0 where nothing is said
   * @param externalNodes who may send encapsulated packets besides the nodes; empty: not said
   * @param checksumOffloadBroken empty: the kernel's version says
   */
  public record Tunnels(
      Optional<Boolean> ipip,
      Optional<Boolean> vxlan,
      int ipipMtu,
      int vxlanMtu,
      int vxlanMtuV6,
      int vxlanPort,
      int vxlanVni,
      List<Prefix> externalNodes,
      Optional<Boolean> checksumOffloadBroken) {
    /** Nothing is said. */
    public static final Tunnels UNSAID =
        new Tunnels(Optional.empty(), Optional.empty(), 0, 0, 0, 0, 0, List.of(), Optional.empty());
  }

  /** How kubelet reaches us. */
  public record Cni(boolean manage, Path confDirectory, Path binDirectory, int deadlineSeconds) {}

  /** The configuration, and what was wrong in the environment. */
  public record Reading(AgentConfig config, List<Problem> problems) {}

  /**
   * Reads the environment. A value that is not accepted is noted; its default holds, except for the
   * default pool: none is made from a range that cannot be read.
   *
   * @param nodeNameFromFile the content of the nodename file, when there is one
   */
  public static Reading read(Map<String, String> variables, Optional<String> nodeNameFromFile) {
    var problems = new Problems();
    var env = new Environment(variables, problems);
    var config =
        new AgentConfig(
            nodeName(env, nodeNameFromFile, problems),
            env.read(Keys.NAMESPACE),
            Path.of(env.read(Keys.NODENAME_FILE)),
            new Directories(
                Path.of(env.read(Keys.RUN_DIR)),
                Path.of(env.read(Keys.LOG_DIR)),
                Path.of(env.read(Keys.STATE_DIR))),
            new Addressing(env.read(Keys.IP), env.read(Keys.IP_AUTODETECTION_METHOD)),
            new Addressing(env.read(Keys.IP6), env.read(Keys.IP6_AUTODETECTION_METHOD)),
            env.read(Keys.AUTODETECT_POLL_INTERVAL),
            !env.read(Keys.DISABLE_NODE_IP_CHECK),
            env.read(Keys.AS),
            env.read(Keys.ROUTER_ID),
            env.read(Keys.BACKEND),
            env.read(Keys.CLUSTER_TYPE),
            DefaultPool.read(env, problems),
            serving(env),
            env.read(Keys.LOG_SEVERITY),
            dataplane(env),
            new Cni(
                env.read(Keys.MANAGE_CNI),
                Path.of(env.read(Keys.CNI_NET_DIR)),
                Path.of(env.read(Keys.CNI_BIN_DIR)),
                env.read(Keys.POLICY_DEADLINE)),
            env.read(Keys.FORWARDER_QUEUES),
            env.read(Keys.STAND_INS));
    return new Reading(config, problems.all());
  }

  /** Where the node's name is kept for other programs. */
  public static Path nodeNameFile(Map<String, String> variables) {
    return Path.of(new Environment(variables, new Problems()).read(Keys.NODENAME_FILE));
  }

  private static String nodeName(
      Environment env, Optional<String> nodeNameFromFile, Problems problems) {
    String name = env.read(Keys.NODENAME).strip();
    if (name.isEmpty()) {
      name = nodeNameFromFile.map(String::strip).orElse("");
    }
    if (name.isEmpty()) {
      name = env.read(Keys.HOSTNAME).strip().toLowerCase(Locale.ROOT);
    }
    if (name.isEmpty()) {
      problems.add(
          new Problem(
              "environment",
              Keys.NODENAME.name(),
              "missing",
              "the name of this node's Node object"));
    }
    return name;
  }

  private static Serving serving(Environment env) {
    return new Serving(
        env.read(Keys.HEALTH_ENABLED),
        env.read(Keys.HEALTH_HOST),
        env.read(Keys.HEALTH_PORT),
        env.read(Keys.METRICS_ENABLED),
        env.read(Keys.METRICS_HOST),
        env.read(Keys.METRICS_PORT));
  }

  private static Dataplane dataplane(Environment env) {
    return new Dataplane(
        env.read(Keys.ENDPOINT_TO_HOST),
        env.read(Keys.IPV6_SUPPORT),
        env.read(Keys.INTERFACE_PREFIX),
        env.read(Keys.IPTABLES_BACKEND),
        env.read(Keys.CHAIN_INSERT),
        env.read(Keys.SERVICE_LOOP),
        new Tunnels(
            env.read(Keys.IPIP_ENABLED),
            env.read(Keys.VXLAN_ENABLED),
            env.read(Keys.IPIP_MTU),
            env.read(Keys.VXLAN_MTU),
            env.read(Keys.VXLAN_MTU_V6),
            env.read(Keys.VXLAN_PORT),
            env.read(Keys.VXLAN_VNI),
            env.read(Keys.EXTERNAL_NODES),
            env.read(Keys.FEATURE_OVERRIDE)),
        env.read(Keys.MTU_IFACE_PATTERN));
  }
}
