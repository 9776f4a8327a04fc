package io.margay.bgp.speaker;

import io.margay.bgp.rib.PeerKind;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/**
 * Peers that are not known one by one: each address of a network may connect and is a peer then.
 *
 * @param most sessions at one time; more are refused
 * @param link what each session is made with, but for the address; passive, as nobody can be
 *     dialled
 */
public record PeerRange(Prefix range, int most, PeerConfig.Link link, PeerConfig.Routing routing) {
  /** Sessions of a range where nothing else is said. */
  public static final int MOST = 100;

  public PeerRange {
    if (most < 1 || !link.passive()) {
      throw new IllegalArgumentException(
          "the range " + range + " has to be passive, with at least 1 session");
    }
  }

  /** The peer at one of the addresses. */
  PeerConfig peer(Ip address) {
    return new PeerConfig(
        PeerConfig.sessionName(PeerKind.GLOBAL, address, Optional.empty()),
        PeerKind.GLOBAL,
        link.at(address),
        routing);
  }
}
