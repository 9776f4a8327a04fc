package io.margay.policy.model;

import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pod anywhere in the cluster, as far as policy is concerned.
 *
 * @param labels its own; those of its profiles come on top where it has none
 * @param profiles names in the order in which they are asked
 * @param ips may be empty while none is known
 * @param interfaceName the host end of its veth pair when it runs on this node: such a one gets
 *     chains; empty elsewhere: such a one is only a member of sets
 */
public record Workload(
    WorkloadKey key,
    Map<String, String> labels,
    List<String> profiles,
    List<Ip> ips,
    List<NamedPort> ports,
    Optional<String> interfaceName) {
  public Workload {
    labels = Map.copyOf(labels);
    profiles = List.copyOf(profiles);
    ips = List.copyOf(ips);
    ports = List.copyOf(ports);
  }
}
