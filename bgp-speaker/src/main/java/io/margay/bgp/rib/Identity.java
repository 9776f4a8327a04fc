package io.margay.bgp.rib;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Optional;
import java.util.Set;

/**
 * Who this speaker is, for telling its own routes when they come back.
 *
 * @param clusterId set on a route reflector
 */
public record Identity(Ip4 routerId, Optional<Ip4> clusterId, Set<Ip> addresses) {
  public Identity {
    addresses = Set.copyOf(addresses);
  }
}
