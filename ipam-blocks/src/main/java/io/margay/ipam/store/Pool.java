package io.margay.ipam.store;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Calico's IPPool as this node sees it: defaults filled in, selectors evaluated by whoever knows
 * the labels.
 *
 * @param blockSize prefix length of its blocks
 * @param disabled by its spec, because it is being deleted, or because its condition {@code
 *     Allocatable} says so
 * @param node whether it selects this node
 * @param namespace whether it selects a namespace
 */
public record Pool(
    String name,
    Prefix cidr,
    int blockSize,
    boolean disabled,
    NodeMatch node,
    NamespaceMatch namespace,
    Set<Use> allowedUses,
    AssignmentMode assignmentMode) {

  /** What an address is for. */
  public enum Use {
    WORKLOAD("Workload"),
    TUNNEL("Tunnel"),
    LOAD_BALANCER("LoadBalancer");

    private final String text;

    Use(String text) {
      this.text = text;
    }

    /** The word in {@code spec.allowedUses}. */
    public String text() {
      return text;
    }
  }

  /** Whether addresses come from the pool without being asked for by its name. */
  public enum AssignmentMode {
    AUTOMATIC,
    MANUAL
  }

  /**
   * A node selector with its answer for this node.
   *
   * @param selector its text; {@code all()} when none is written
   */
  public record NodeMatch(String selector, boolean matches) {
    public static final NodeMatch ALL = new NodeMatch("all()", true);
  }

  /**
   * A namespace selector; the empty one matches all, any other only who has a namespace.
   *
   * @param test asked with the labels of a namespace
   */
  public record NamespaceMatch(String selector, Predicate<Map<String, String>> test) {
    public static final NamespaceMatch ALL = new NamespaceMatch("", _ -> true);

    public boolean matches(Optional<Map<String, String>> labels) {
      return selector.isEmpty() || labels.filter(test).isPresent();
    }
  }

  public Pool {
    allowedUses = allowedUses.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(allowedUses));
    if (blockSize < cidr.length() || blockSize > cidr.family().bits()) {
      throw new IllegalArgumentException(
          "pool " + name + ": blockSize " + blockSize + " in " + cidr);
    }
  }

  public Family family() {
    return cidr.family();
  }
}
