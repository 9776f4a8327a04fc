package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Ip;

/**
 * A connection that the kernel tracks.
 *
 * @param original how its first packet looked
 * @param answerer who answers: the destination, or what it was translated to
 * @param zone the table of its own that it is in; 0 for nearly all
 * @param id tells it from a later connection with the same tuple
 */
public record ConntrackFlow(Tuple original, Ip answerer, int zone, int id) {
  /**
   * Addresses and ports of one direction.
   *
   * @param protocol as in the IP header
   * @param zone of this direction alone; 0 for nearly all
   */
  public record Tuple(Ip source, Ip destination, int protocol, Detail detail, int zone) {
    public Tuple {
      if (source.family() != destination.family()) {
        throw new IllegalArgumentException("a flow from " + source + " to " + destination);
      }
    }
  }

  /** What tells flows of two addresses apart, by protocol. */
  public sealed interface Detail {
    /** Of TCP, UDP, SCTP and others; GRE keeps its keys here. */
    record Ports(int source, int destination) implements Detail {}

    /** Of ICMP and ICMPv6. */
    record Echo(int id, int type, int code) implements Detail {}

    /** The kernel knows of no more than the protocol. */
    record None() implements Detail {}
  }

  /** Whether this address began the connection, or answers in it. */
  public boolean concerns(Ip address) {
    return original.source().equals(address) || answerer.equals(address);
  }

  /** {@code proto 6 10.0.0.1:4711 > 10.96.0.1:443, answered by 10.0.1.7}. */
  @Override
  public String toString() {
    return "proto "
        + original.protocol()
        + " "
        + end(original.source(), true)
        + " > "
        + end(original.destination(), false)
        + ", answered by "
        + answerer
        + (zone == 0 ? "" : ", zone " + zone);
  }

  private String end(Ip ip, boolean source) {
    return switch (original.detail()) {
      case Detail.Ports(int from, int to) -> ip + ":" + (source ? from : to);
      case Detail.Echo(int echo, _, _) -> source ? ip + " id " + echo : ip.toString();
      case Detail.None _ -> ip.toString();
    };
  }
}
