package io.margay.bgp.speaker;

import io.margay.foundation.addr.Ip;

/** What makes a peer this one and no other. Its name may change without a reset. */
public record PeerKey(Ip address, int port) {
  @Override
  public String toString() {
    return address + " port " + port;
  }
}
