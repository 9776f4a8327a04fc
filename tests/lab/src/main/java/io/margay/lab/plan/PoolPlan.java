package io.margay.lab.plan;

import io.margay.foundation.addr.Prefix;

/** An IP pool; one with a tunnel is masqueraded to the outside. */
public record PoolPlan(String name, Prefix cidr, Tunnel tunnel) {
  /** How pods' packets get from subnet to subnet. */
  public enum Tunnel {
    NONE,
    IPIP,
    VXLAN
  }

  public boolean isTunnelled() {
    return tunnel != Tunnel.NONE;
  }
}
