package io.margay.lab.plan;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;

/** What a subnet has of one family: its addresses, and the router's among them. */
public record Range(Prefix prefix, Ip router) {
  public Range {
    if (!prefix.contains(router)) {
      throw new IllegalArgumentException(router + " is not in " + prefix);
    }
  }
}
