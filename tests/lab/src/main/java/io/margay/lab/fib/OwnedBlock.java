package io.margay.lab.fib;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/** A block of addresses that belongs to a node. */
public record OwnedBlock(Prefix cidr, String node) {
  /** Of an IPAMBlock object; empty when nobody owns it. */
  public static Optional<OwnedBlock> of(JsonNode object) {
    String affinity = object.path("spec").path("affinity").asText();
    return affinity.startsWith("host:")
        ? Prefix.parse(object.path("spec").path("cidr").asText())
            .map(cidr -> new OwnedBlock(cidr, affinity.substring("host:".length())))
        : Optional.empty();
  }
}
