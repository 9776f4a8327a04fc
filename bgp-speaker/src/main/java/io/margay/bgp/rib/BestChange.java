package io.margay.bgp.rib;

import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/** Another route was chosen for a prefix, or other ways of it; empty: it is gone. */
public record BestChange(Prefix prefix, Optional<BestRoute> after) {}
