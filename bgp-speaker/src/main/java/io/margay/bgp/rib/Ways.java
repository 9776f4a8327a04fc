package io.margay.bgp.rib;

import java.util.List;
import java.util.Optional;

/**
 * Where packets of a chosen route go.
 *
 * @param nextHops the best path's, then those beside it in order of their addresses
 * @param interfaceName where the best path leaves, if that is known
 */
record Ways(List<BestRoute.NextHop> nextHops, Optional<String> interfaceName) {
  /** Of a blackhole of this node. */
  static final Ways NONE = new Ways(List.of(), Optional.empty());
}
