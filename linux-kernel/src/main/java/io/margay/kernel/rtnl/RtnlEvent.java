package io.margay.kernel.rtnl;

import io.margay.kernel.nlmsg.MessageCursor;
import java.util.Optional;

/** What the kernel tells without being asked. */
public sealed interface RtnlEvent {
  /**
   * A route was made or changed.
   *
   * @param by port of the socket that asked for it, 0 for the kernel itself
   */
  record RouteChanged(RouteEntry route, int by) implements RtnlEvent {}

  /** A route was removed. IPv4 routes that die with their device are not told of. */
  record RouteGone(RouteEntry route, int by) implements RtnlEvent {}

  /** A device was made or changed. */
  record LinkChanged(LinkEntry link) implements RtnlEvent {}

  /** A device was removed, or moved to another namespace. */
  record LinkGone(LinkEntry link) implements RtnlEvent {}

  record AddressChanged(AddressEntry address) implements RtnlEvent {}

  record AddressGone(AddressEntry address) implements RtnlEvent {}

  record NeighbourChanged(NeighbourEntry neighbour) implements RtnlEvent {}

  record NeighbourGone(NeighbourEntry neighbour) implements RtnlEvent {}

  record RuleChanged(RuleEntry rule) implements RtnlEvent {}

  record RuleGone(RuleEntry rule) implements RtnlEvent {}

  /** Events were lost, or one could not be read: only a new dump tells what is there. */
  record Overrun() implements RtnlEvent {}

  /** Whether it tells of a neighbour or of a forwarding entry. */
  default boolean isOfNeighbour() {
    return this instanceof NeighbourChanged || this instanceof NeighbourGone;
  }

  /**
   * Reads one message of a group.
   *
   * @return empty for what is no news: other families, cached routes, rules that lead to no table;
   *     {@link Overrun} for a message that cannot be read
   */
  static Optional<RtnlEvent> read(int type, int by, MessageCursor in) {
    Optional<RtnlEvent> event =
        switch (type) {
          case RouteBytes.NEWROUTE ->
              RouteBytes.read(in).filter(r -> !r.isCloned()).map(r -> new RouteChanged(r, by));
          case RouteBytes.DELROUTE ->
              RouteBytes.read(in).filter(r -> !r.isCloned()).map(r -> new RouteGone(r, by));
          case LinkBytes.NEWLINK -> LinkBytes.read(in).map(LinkChanged::new);
          case LinkBytes.DELLINK -> LinkBytes.read(in).map(LinkGone::new);
          case AddressBytes.NEWADDR -> AddressBytes.read(in).map(AddressChanged::new);
          case AddressBytes.DELADDR -> AddressBytes.read(in).map(AddressGone::new);
          case NeighbourBytes.NEWNEIGH -> NeighbourBytes.read(in).map(NeighbourChanged::new);
          case NeighbourBytes.DELNEIGH -> NeighbourBytes.read(in).map(NeighbourGone::new);
          case RuleBytes.NEWRULE -> RuleBytes.read(in).map(RuleChanged::new);
          case RuleBytes.DELRULE -> RuleBytes.read(in).map(RuleGone::new);
          default -> Optional.empty();
        };
    return in.failed() ? Optional.of(new Overrun()) : event;
  }
}
