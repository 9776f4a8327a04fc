package io.margay.policy.trace;

import io.margay.foundation.addr.Ip;
import io.margay.policy.model.Protocol;

/**
 * The first packet of a connection; what follows it goes as it went.
 *
 * @param port where it goes to; 0 for a protocol without ports
 */
public record Flow(Ip source, Ip destination, Protocol protocol, int port) {
  public Flow {
    if (source.family() != destination.family()) {
      throw new IllegalArgumentException("a flow from " + source + " to " + destination);
    }
  }
}
