package io.margay.bgp.attr;

import java.util.Arrays;
import java.util.Optional;

/** What this side is to a peer of another AS, by business (RFC 9234, 4). */
public enum Role {
  PROVIDER(0),
  ROUTE_SERVER(1),
  ROUTE_SERVER_CLIENT(2),
  CUSTOMER(3),
  PEER(4);

  private final int code;

  Role(int code) {
    this.code = code;
  }

  /** The number on the wire (RFC 9234, 4.1). */
  public int code() {
    return code;
  }

  /** The role of a number; empty for one that nobody knows. */
  public static Optional<Role> of(int code) {
    return Arrays.stream(values()).filter(role -> role.code == code).findFirst();
  }

  /** What the other side has to be (RFC 9234, 4.2). */
  public Role counterpart() {
    return switch (this) {
      case PROVIDER -> CUSTOMER;
      case ROUTE_SERVER -> ROUTE_SERVER_CLIENT;
      case ROUTE_SERVER_CLIENT -> ROUTE_SERVER;
      case CUSTOMER -> PROVIDER;
      case PEER -> PEER;
    };
  }

  /** True when routes of the other side go down to customers only: it is above, or beside. */
  public boolean looksUp() {
    return this == CUSTOMER || this == PEER || this == ROUTE_SERVER_CLIENT;
  }

  /** True when what the other side gets may go down to its customers only. */
  public boolean looksDown() {
    return this == PROVIDER || this == PEER || this == ROUTE_SERVER;
  }
}
