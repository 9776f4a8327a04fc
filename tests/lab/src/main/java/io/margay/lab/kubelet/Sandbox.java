package io.margay.lab.kubelet;

/**
 * A pod's network namespace on its node.
 *
 * @param containerId what CNI plugins know it by
 * @param netns its name under /run/netns of the node
 */
record Sandbox(PodSpec pod, String containerId, String netns) {
  /** The path as the node's programs see it. */
  String netnsPath() {
    return "/run/netns/" + netns;
  }
}
