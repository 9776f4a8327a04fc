package io.margay.ipam.allocate;

import io.margay.foundation.addr.Family;
import io.margay.ipam.store.Pool;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One address of one family is wanted.
 *
 * @param handle under which it is released: {@code k8s-pod-network.<containerID>}, {@code
 *     ipip-tunnel-addr-<node>}
 * @param attributes what is written beside it: {@code node}, {@code pod}, {@code namespace}, {@code
 *     timestamp}, {@code type}
 * @param pools names or CIDRs of the pools that it may come from; none: those that select the node
 *     and the namespace by themselves
 * @param namespaceLabels of the pod's namespace; empty when there is none, as for a tunnel
 */
public record AssignRequest(
    Family family,
    Pool.Use use,
    String handle,
    Map<String, String> attributes,
    List<String> pools,
    Optional<Map<String, String>> namespaceLabels) {
  public AssignRequest {
    attributes = Map.copyOf(attributes);
    pools = List.copyOf(pools);
  }
}
