package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/** Prefixes of one family that share their attributes. */
public record Announcement(Family family, Attributes attributes, List<Prefix> prefixes) {}
