package io.margay.agent.standalone;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.Optional;

/** Reads networks as BGP announces them. */
final class Networks {
  /** What stands where a network is wanted. */
  static final String EXPECTED = "a network such as 10.1.0.0/24, with zeros behind its length";

  private Networks() {}

  /** A network; one with host bits set is refused, as it may be a slip of the length. */
  static Optional<Prefix> read(Tree tree) {
    return tree.parsed(
        text ->
            InterfaceAddress.parse(text)
                .filter(address -> address.ip().equals(address.network().address()))
                .map(InterfaceAddress::network),
        EXPECTED);
  }
}
