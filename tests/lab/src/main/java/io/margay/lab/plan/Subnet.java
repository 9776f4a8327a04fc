package io.margay.lab.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.List;

/**
 * A rack: nodes on one switch, with an address of the router in each family.
 *
 * @param name its switch: {@code rack-a}
 * @param ranges one a family
 */
public record Subnet(String name, List<Range> ranges) {
  public Subnet {
    ranges = List.copyOf(ranges);
  }

  /** The address with this subnet's length. */
  public InterfaceAddress at(Ip ip) {
    return new InterfaceAddress(ip, range(ip.family()).prefix().length());
  }

  /** The router's address in this family. */
  public Ip router(Family family) {
    return range(family).router();
  }

  /** The router's addresses. */
  public List<Ip> routers() {
    return ranges.stream().map(Range::router).toList();
  }

  /**
   * What it has of a family.
   *
   * @throws IllegalArgumentException when it has nothing of it
   */
  Range range(Family family) {
    return ranges.stream()
        .filter(range -> range.prefix().family() == family)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + " has no " + family));
  }
}
