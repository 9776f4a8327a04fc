package io.margay.policy.model;

import java.util.Optional;

/** An IP protocol by its number. Ordered by its text, as Calico orders rules. */
public record Protocol(int number) implements Comparable<Protocol> {
  public static final Protocol TCP = new Protocol(6);
  public static final Protocol UDP = new Protocol(17);
  public static final Protocol SCTP = new Protocol(132);

  public Protocol {
    if (number < 1 || number > 255) {
      throw new IllegalArgumentException("IP protocol " + number);
    }
  }

  /** A protocol that has ports, as Kubernetes spells it. */
  public static Optional<Protocol> parse(String text) {
    return switch (text) {
      case "TCP" -> Optional.of(TCP);
      case "UDP" -> Optional.of(UDP);
      case "SCTP" -> Optional.of(SCTP);
      default -> Optional.empty();
    };
  }

  @Override
  public int compareTo(Protocol other) {
    return toString().compareTo(other.toString());
  }

  /** As iptables, ipset and Calico write it: a lower-case name, else the number. */
  @Override
  public String toString() {
    return switch (number) {
      case 6 -> "tcp";
      case 17 -> "udp";
      case 132 -> "sctp";
      default -> Integer.toString(number);
    };
  }
}
