package io.margay.cni.verb;

import io.margay.cni.protocol.PodName;
import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Optional;

/**
 * A container's interface as the agent wires it.
 *
 * @param containerId of the sandbox; tells a pod's older interface from its newer one
 * @param ifName its name inside of the container
 * @param pod whose it is; empty when the runtime is not Kubernetes'
 * @param hostInterface the node's end: {@code cali} and eleven hexadecimal digits
 * @param addresses those of the container, IPv4 first
 */
public record Endpoint(
    String containerId,
    String ifName,
    Optional<PodName> pod,
    String hostInterface,
    List<Ip> addresses) {
  public Endpoint {
    addresses = List.copyOf(addresses);
  }
}
