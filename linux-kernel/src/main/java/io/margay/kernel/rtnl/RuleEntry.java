package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/**
 * A policy rule that sends packets to a routing table.
 *
 * @param priority lower is asked first
 * @param mark packets with this mark under {@code mask}; both 0 for any
 * @param inverted counts for the packets that do not match
 * @param inInterface only what came in there; empty for any
 * @param suppressPrefixLength routes of at most this length do not count; -1 for none
 * @param protocol who made it, as of routes; 0 for nobody that says so
 */
public record RuleEntry(
    Family family,
    int priority,
    int table,
    Optional<Prefix> source,
    Optional<Prefix> destination,
    int mark,
    int mask,
    boolean inverted,
    String inInterface,
    String outInterface,
    int suppressPrefixLength,
    int protocol) {
  /** All packets of the family look into the table. */
  public static RuleEntry lookup(Family family, int priority, int table, int protocol) {
    return new RuleEntry(
        family,
        priority,
        table,
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        false,
        "",
        "",
        -1,
        protocol);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(priority)
        + (inverted ? " not" : "")
        + source.map(p -> " from " + p).orElse("")
        + destination.map(p -> " to " + p).orElse("")
        + (mask == 0 ? "" : " fwmark 0x%x/0x%x".formatted(mark, mask))
        + (inInterface.isEmpty() ? "" : " iif " + inInterface)
        + (outInterface.isEmpty() ? "" : " oif " + outInterface)
        + " lookup "
        + Integer.toUnsignedString(table);
  }
}
