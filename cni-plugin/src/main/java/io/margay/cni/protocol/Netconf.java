package io.margay.cni.protocol;

import java.net.URI;
import java.util.List;

/**
 * The network configuration that the runtime hands over, reduced to what the agent acts on.
 *
 * <p>Keys of Calico's plugin that tell a process of its own how to reach the API server, where to
 * log and what the node is called (kubernetes, datastore_type, qps, log_*, nodename, ...) are
 * accepted and have no effect: the agent knows these things (docs/decisions/0050).
 *
 * @param name the network; first half of the IPAM handle
 * @param mtu 0 means: as detected by the agent
 * @param requireMtuFile ADD fails when nothing is detected
 * @param fromKubernetes {@code policy.type} is {@code k8s}: pod and namespace are looked up
 * @param readinessGates asked by HTTP before an ADD goes on
 */
public record Netconf(
    SpecVersion version,
    String name,
    String type,
    Ipam ipam,
    int mtu,
    boolean requireMtuFile,
    boolean fromKubernetes,
    boolean allowIpForwarding,
    boolean addressesWithoutIpam,
    boolean floatingIps,
    List<URI> readinessGates) {

  public Netconf {
    readinessGates = List.copyOf(readinessGates);
  }

  /** The {@code ipam} object. */
  public sealed interface Ipam {
    /**
     * Calico's blocks.
     *
     * @param pools4 names or CIDRs; empty means: as the pools' selectors say
     * @param pools6 the same for IPv6
     */
    record Blocks(boolean assign4, boolean assign6, List<String> pools4, List<String> pools6)
        implements Ipam {}

    /** Another plugin; empty type when there is no {@code ipam} at all. */
    record Other(String type) implements Ipam {}
  }

  /** One interface of one container in a network, as GC names them. */
  public record Attachment(String containerId, String ifName) {}

  /** The IPAM handle of a container in this network. */
  public String handle(String containerId) {
    return name + "." + containerId;
  }
}
