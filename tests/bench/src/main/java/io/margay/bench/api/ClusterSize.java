package io.margay.bench.api;

/**
 * How much a cluster has.
 *
 * @param nodes 1 to 250; the first is the one that is measured on
 * @param pods as many on each node, 60 at most
 * @param policies as many as there are workloads; each selects one
 */
record ClusterSize(int nodes, int pods, int policies) {
  /** What the project has promised something about. */
  static final ClusterSize LARGE = new ClusterSize(200, 10_000, 200);

  ClusterSize {
    if (nodes < 1 || nodes > 250 || pods % nodes != 0 || pods / nodes > 60 || policies < 1) {
      throw new IllegalArgumentException(
          "%d nodes, %d pods, %d policies".formatted(nodes, pods, policies));
    }
  }

  int podsPerNode() {
    return pods / nodes;
  }
}
