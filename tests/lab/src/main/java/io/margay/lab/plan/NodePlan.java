package io.margay.lab.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;

/**
 * A node of the cluster.
 *
 * @param address on eth0, in its subnet; what BGP and pods' traffic use
 * @param management on mgmt0; only the API server is reached there
 */
public record NodePlan(String name, Speaker speaker, Subnet subnet, Ip address, Ip management) {
  /** What speaks BGP on a node. */
  public enum Speaker {
    MARGAY,
    BIRD
  }

  public NodePlan {
    if (!subnet.prefix().contains(address)) {
      throw new IllegalArgumentException(address + " is not in " + subnet.prefix());
    }
  }

  public boolean runsMargay() {
    return speaker == Speaker.MARGAY;
  }

  /** As it stands in the Node's annotation: 172.30.1.9/24. */
  public InterfaceAddress interfaceAddress() {
    return subnet.at(address);
  }
}
