package io.margay.kube.types;

import io.margay.foundation.addr.Prefix;
import java.util.Optional;
import java.util.Set;

/**
 * A range that addresses are taken from, with Calico's defaults filled in.
 *
 * @param disabled no new addresses; also while its deletion waits
 * @param blockSize length of the blocks' prefixes: 20 to 32, or 116 to 128
 * @param nodeSelector nodes that may take blocks; {@code all()} where none is given
 * @param namespaceSelector namespaces whose pods may use it; empty where none is given
 * @param encapsulation what {@link #ENCAPSULATION} says; empty where it says nothing. Not judged
 *     here: whatever it says, the pool is one
 * @param allocatable false when kube-controllers has found a reason not to use it
 */
public record IpPool(
    String name,
    Prefix cidr,
    Encapsulation ipip,
    Encapsulation vxlan,
    boolean natOutgoing,
    boolean disabled,
    boolean disableBgpExport,
    int blockSize,
    String nodeSelector,
    String namespaceSelector,
    Set<Use> allowedUses,
    AssignmentMode assignmentMode,
    String encapsulation,
    boolean allocatable) {
  /** Another wire format for the pool's packets than Calico's. */
  public static final String ENCAPSULATION = "margay.io/encapsulation";

  /** When packets between nodes travel in a tunnel. */
  public enum Encapsulation {
    NEVER,
    ALWAYS,
    CROSS_SUBNET
  }

  /** What addresses may be taken for. */
  public enum Use {
    WORKLOAD,
    TUNNEL,
    LOAD_BALANCER
  }

  /** Whether addresses are taken without being asked for by name. */
  public enum AssignmentMode {
    AUTOMATIC,
    MANUAL
  }

  /** Reads a pool; refuses one that Calico's validation would. */
  public static Optional<IpPool> read(StoredObject object) {
    return IpPoolReader.read(object);
  }
}
