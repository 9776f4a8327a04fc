package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.util.List;

/**
 * Prefixes of one family that share their attributes.
 *
 * @param pathIds their path identifiers (RFC 7911): as many, or none
 */
public record Announcement(
    Family family, Attributes attributes, List<Prefix> prefixes, IntList pathIds) {
  /** Without path identifiers. */
  public Announcement(Family family, Attributes attributes, List<Prefix> prefixes) {
    this(family, attributes, prefixes, IntLists.emptyList());
  }

  public Announcement(Family family, Attributes attributes, NlriList routes) {
    this(family, attributes, routes.prefixes(), routes.ids());
  }
}
