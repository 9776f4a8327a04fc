package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import java.util.Map;

/**
 * This address is wanted and no other.
 *
 * @param handle under which it is released
 * @param attributes what is written beside it
 */
public record GivenRequest(Ip ip, String handle, Map<String, String> attributes) {
  public GivenRequest {
    attributes = Map.copyOf(attributes);
  }
}
