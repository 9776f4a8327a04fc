package io.margay.lab.demo;

import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.PoolPlan;
import io.margay.lab.probe.PodEndpoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Pods that are there to be pinged: one of each pool on every node, in a namespace without
 * policies.
 */
final class PingPods {
  static final String NAMESPACE = "pingers";

  private PingPods() {}

  static String manifest(LabPlan plan) {
    var text =
        new StringBuilder(
            "{apiVersion: v1, kind: Namespace, metadata: {name: " + NAMESPACE + "}}\n");
    for (NodePlan node : plan.nodes()) {
      for (PoolPlan pool : plan.pools()) {
        // The BIRD node has addresses of one pool only.
        if (node.runsMargay() || !pool.isTunnelled()) {
          text.append("---\n").append(pod(node, pool));
        }
      }
    }
    return text.toString();
  }

  private static String name(String node, boolean tunnelled) {
    return (tunnelled ? "tunnel-" : "plain-") + node;
  }

  private static String pod(NodePlan node, PoolPlan pool) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: %s
      namespace: %s
      annotations: {cni.projectcalico.org/ipv4pools: '["%s"]'}
    spec:
      nodeName: %s
      containers: [{name: responder, image: "example.com/responder:1", ports: [{containerPort: 7777}]}]
    """
        .formatted(name(node.name(), pool.isTunnelled()), NAMESPACE, pool.name(), node.name());
  }

  /**
   * Pings that a node's agent has to do with, in both directions, through the tunnel, through the
   * router, and from the BIRD node.
   */
  static List<KillStep.Pair> pairs(LabPlan plan, NodePlan victim, List<PodEndpoint> pods) {
    NodePlan far =
        plan.margayNodes().stream()
            .filter(node -> !node.subnet().equals(victim.subnet()))
            .findFirst()
            .orElseThrow();
    var pairs = new ArrayList<KillStep.Pair>();
    add(pairs, pods, "tunnel", name(far.name(), true), name(victim.name(), true));
    add(pairs, pods, "tunnel, outwards", name(victim.name(), true), name(far.name(), true));
    add(pairs, pods, "router", name(far.name(), false), name(victim.name(), false));
    for (NodePlan bird : plan.birdNodes()) {
      add(pairs, pods, "from BIRD", name(bird.name(), false), name(victim.name(), false));
    }
    return pairs;
  }

  private static void add(
      List<KillStep.Pair> pairs, List<PodEndpoint> pods, String what, String from, String to) {
    pairs.add(new KillStep.Pair(what, pod(pods, from), pod(pods, to)));
  }

  private static PodEndpoint pod(List<PodEndpoint> pods, String name) {
    return pods.stream()
        .filter(pod -> pod.namespace().equals(NAMESPACE) && pod.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(NAMESPACE + "/" + name + " does not run"));
  }
}
