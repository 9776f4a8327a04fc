package io.margay.kube.types;

import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pod.
 *
 * @param node where it was scheduled; empty before that
 * @param ips in the order of the status, first IPv4 or IPv6 as the cluster prefers; none when it is
 *     finished
 * @param finished it has ended or is being deleted with its addresses given back: it owns none
 * @param ports the container ports that have a name: policies call them by it
 * @param serviceAccount its name; empty when it has none
 * @param annotations what users set for the network; not what CNI writes
 * @param containerId the sandbox that has the addresses, as CNI wrote it; empty before its ADD and
 *     when they were given back
 */
public record Pod(
    PodKey key,
    String uid,
    Map<String, String> labels,
    Optional<NodeName> node,
    boolean hostNetwork,
    List<Ip> ips,
    Phase phase,
    boolean finished,
    List<NamedPort> ports,
    String serviceAccount,
    Map<String, String> annotations,
    Optional<String> containerId) {

  /** What the first address is, with its length; written by CNI, emptied when it gives it back. */
  public static final String POD_IP = "cni.projectcalico.org/podIP";

  /** All addresses with their lengths, comma between. */
  public static final String POD_IPS = "cni.projectcalico.org/podIPs";

  /** The sandbox that the addresses were given to. */
  public static final String CONTAINER_ID = "cni.projectcalico.org/containerID";

  /** How far the pod has come; a word that Kubernetes does not know counts as UNKNOWN. */
  public enum Phase {
    PENDING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    UNKNOWN
  }

  /** The protocol of a container port. */
  public enum Protocol {
    TCP,
    UDP,
    SCTP
  }

  /** A container port that policies can call by name. */
  public record NamedPort(String name, Protocol protocol, int port) {}

  /**
   * True when the pod has an interface of ours and addresses: not on the host's network, placed.
   */
  public boolean isEndpoint() {
    return !hostNetwork && node.isPresent() && !finished;
  }

  /** Reads a pod. */
  public static Optional<Pod> read(StoredObject object) {
    return PodReader.read(object);
  }

  /** What users set for the network on a pod or namespace; not what CNI itself writes. */
  static Map<String, String> usedAnnotations(Map<String, String> annotations) {
    var used = new TreeMap<String, String>();
    annotations.forEach((name, value) -> {
      boolean ours =
          name.startsWith("cni.projectcalico.org/")
              || name.startsWith("qos.projectcalico.org/")
              || name.equals("kubernetes.io/ingress-bandwidth")
              || name.equals("kubernetes.io/egress-bandwidth");
      if (ours && !name.equals(POD_IP) && !name.equals(POD_IPS) && !name.equals(CONTAINER_ID)) {
        used.put(name, value);
      }
    });
    return used;
  }
}
