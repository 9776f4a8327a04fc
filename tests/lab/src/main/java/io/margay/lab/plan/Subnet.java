package io.margay.lab.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;

/**
 * A rack: nodes on one switch, with an address of the router.
 *
 * @param name its switch: {@code rack-a}
 */
public record Subnet(String name, Prefix prefix, Ip router) {
  public Subnet {
    if (!prefix.contains(router)) {
      throw new IllegalArgumentException(router + " is not in " + prefix);
    }
  }

  /** The address with this subnet's length. */
  public InterfaceAddress at(Ip ip) {
    return new InterfaceAddress(ip, prefix.length());
  }
}
