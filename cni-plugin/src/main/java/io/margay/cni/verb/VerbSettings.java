package io.margay.cni.verb;

import io.margay.cni.protocol.CniRequest.Container;
import io.margay.cni.veth.HostInterface;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the verbs need to know of the node.
 *
 * @param node its name, an attribute of every address that is given
 * @param interfacePrefix how names of the node's ends begin (FELIX_INTERFACEPREFIX, first item)
 * @param mtuFile where the agent writes the detected MTU
 * @param addLimit after so long an ADD fails and is undone; below the shim's own limit
 */
public record VerbSettings(String node, String interfacePrefix, Path mtuFile, Duration addLimit) {
  /** Calico's file and prefix, a minute for an ADD. */
  public static VerbSettings of(String node) {
    return new VerbSettings(node, "cali", Path.of("/var/lib/calico/mtu"), Duration.ofSeconds(60));
  }

  /** The name of a container's interface on the node. */
  String hostName(Container container) {
    return container
        .args()
        .pod()
        .map(pod -> HostInterface.ofPod(interfacePrefix, pod.namespace(), pod.name()))
        .orElseGet(() -> HostInterface.ofContainer(interfacePrefix, container.id()));
  }
}
