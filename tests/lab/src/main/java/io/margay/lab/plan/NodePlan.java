package io.margay.lab.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.List;

/**
 * A node of the cluster.
 *
 * @param addresses on eth0, in its subnet, one a family; what BGP and pods' traffic use
 * @param management on mgmt0; only the API server is reached there
 */
public record NodePlan(
    String name, Speaker speaker, Subnet subnet, List<Ip> addresses, Ip management) {
  /** What speaks BGP on a node. */
  public enum Speaker {
    MARGAY,
    BIRD
  }

  public NodePlan {
    addresses = List.copyOf(addresses);
    for (Ip address : addresses) {
      if (!subnet.range(address.family()).prefix().contains(address)) {
        throw new IllegalArgumentException(address + " is not in " + subnet.ranges());
      }
    }
  }

  public boolean runsMargay() {
    return speaker == Speaker.MARGAY;
  }

  /** Of the lab's primary family. */
  public Ip address() {
    return addresses.getFirst();
  }

  /** As they stand in the Node's annotations: 172.30.1.9/24. */
  public List<InterfaceAddress> interfaceAddresses() {
    return addresses.stream().map(subnet::at).toList();
  }
}
