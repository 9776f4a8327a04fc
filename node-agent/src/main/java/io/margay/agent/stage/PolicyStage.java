package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.tree.Problem;
import io.margay.kube.image.Change;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NetworkPolicy;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.ServiceAccount;
import io.margay.policy.convert.KubernetesConverter;
import io.margay.policy.convert.KubernetesLabels;
import io.margay.policy.model.AddressPool;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.spec.PolicyReader;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The image's pods, namespaces, policies and pools as the policy model's changes. */
final class PolicyStage {
  private final NodeName self;
  private final Function<PodKey, String> hostInterface;

  /**
   * @param hostInterface the name of a pod's host end, by Calico's rule
   */
  PolicyStage(NodeName self, Function<PodKey, String> hostInterface) {
    this.self = self;
    this.hostInterface = hostInterface;
  }

  /**
   * What changes.
   *
   * @param problems of each policy that changed: what in it cannot be enforced as written
   */
  record Result(PolicyDelta delta, Map<PolicyKey, List<Problem>> problems) {}

  /**
   * The changes of one pass.
   *
   * @param image the image after {@code changed}
   * @param touched pods that CNI wired or took away since the last pass
   * @param early pods that a GET found before their watch event
   */
  Result delta(
      ClusterImage image,
      ClusterDelta changed,
      Set<PodKey> touched,
      LocalPods local,
      Function<PodKey, Optional<Pod>> early) {
    var out = PolicyDelta.builder();
    var problems = new HashMap<PolicyKey, List<Problem>>();
    var pods = new HashSet<>(touched);
    pods.addAll(changed.pods().keySet());
    for (PodKey key : pods) {
      Optional<Pod> pod = Optional.ofNullable(image.pods().get(key)).or(() -> early.apply(key));
      Optional<Workload> workload = pod.flatMap(p -> workload(p, local));
      workload.ifPresentOrElse(out::put, () -> out.remove(key(key)));
    }
    namespaces(changed, out);
    policies(changed, out, problems);
    if (!changed.ipPools().isEmpty()) {
      out.pools(pools(image));
    }
    if (!changed.nodes().isEmpty()) {
      Set<Ip> hosts = hosts(image);
      out.hosts(hosts);
      out.vxlanHosts(hosts);
    }
    return new Result(out.build(), problems);
  }

  /** A pod for the model; empty when it is none of policy's: on the host's network, or finished. */
  private Optional<Workload> workload(Pod pod, LocalPods local) {
    Optional<LocalPods.Wired> wired = local.wiring(pod.key());
    if (wired.isEmpty() && (!pod.isEndpoint() || local.isForgotten(pod.key()))) {
      return Optional.empty();
    }
    boolean here = wired.isPresent() || pod.node().filter(self::equals).isPresent();
    PodKey key = pod.key();
    return Optional.of(
        new Workload(
            key(key),
            KubernetesLabels.podLabels(key.namespace(), pod.serviceAccount(), pod.labels()),
            KubernetesLabels.podProfiles(key.namespace(), pod.serviceAccount()),
            wired.map(LocalPods.Wired::ips).orElse(pod.ips()),
            pod.ports().stream().map(PolicyStage::port).toList(),
            here
                ? Optional.of(
                    wired
                        .map(LocalPods.Wired::hostInterface)
                        .orElseGet(() -> hostInterface.apply(key)))
                : Optional.empty()));
  }

  static WorkloadKey key(PodKey key) {
    return new WorkloadKey(key.namespace(), key.name());
  }

  private static NamedPort port(Pod.NamedPort port) {
    return new NamedPort(
        port.name(),
        switch (port.protocol()) {
          case TCP -> Protocol.TCP;
          case UDP -> Protocol.UDP;
          case SCTP -> Protocol.SCTP;
        },
        port.port());
  }

  private static void namespaces(ClusterDelta changed, PolicyDelta.Builder out) {
    changed
        .namespaces()
        .forEach((name, change) -> {
          switch (change) {
            case Change.Put<Namespace>(_, var after) ->
                out.put(KubernetesLabels.namespace(name, after.labels()));
            case Change.Removed<Namespace> _ ->
                out.removeProfile(KubernetesLabels.namespaceProfile(name));
          }
        });
    changed
        .serviceAccounts()
        .forEach((key, change) -> {
          switch (change) {
            case Change.Put<ServiceAccount>(_, var after) ->
                out.put(
                    KubernetesLabels.serviceAccount(key.namespace(), key.name(), after.labels()));
            case Change.Removed<ServiceAccount> _ ->
                out.removeProfile(
                    KubernetesLabels.serviceAccountProfile(key.namespace(), key.name()));
          }
        });
  }

  /**
   * A policy that is refused as a whole leaves what stood before under its name: the last valid one
   * stays in force.
   */
  private static void policies(
      ClusterDelta changed, PolicyDelta.Builder out, Map<PolicyKey, List<Problem>> problems) {
    changed
        .networkPolicies()
        .forEach((key, change) -> {
          PolicyKey name = PolicyKey.kubernetes(key.namespace(), key.name());
          switch (change) {
            case Change.Put<NetworkPolicy>(_, var after) -> {
              var reading = PolicyReader.read("NetworkPolicy \"" + key + "\"", after.spec());
              problems.put(name, reading.problems());
              reading
                  .spec()
                  .ifPresent(spec ->
                      out.put(KubernetesConverter.policy(key.namespace(), key.name(), spec)));
            }
            case Change.Removed<NetworkPolicy> _ -> {
              problems.put(name, List.of());
              out.remove(name);
            }
          }
        });
  }

  private static Set<AddressPool> pools(ClusterImage image) {
    var pools = new HashSet<AddressPool>();
    for (IpPool pool : image.ipPools().values()) {
      boolean balancersOnly = pool.allowedUses().equals(Set.of(IpPool.Use.LOAD_BALANCER));
      if (!balancersOnly) {
        pools.add(new AddressPool(pool.cidr(), pool.natOutgoing()));
      }
    }
    return pools;
  }

  /**
   * Every address by which a node may send encapsulated packets. In VXLAN, too: Calico waits for
   * the annotation of the sender's end, but who has seen our end may send before we have seen its
   * own.
   */
  private static Set<Ip> hosts(ClusterImage image) {
    var hosts = new HashSet<Ip>();
    for (Node node : image.nodes().values()) {
      for (Family family : Family.values()) {
        NodeEnds.address(node, family).ifPresent(hosts::add);
      }
    }
    return hosts;
  }
}
