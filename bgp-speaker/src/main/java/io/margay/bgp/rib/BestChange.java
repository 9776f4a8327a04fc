package io.margay.bgp.rib;

import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/** Another route was chosen for a prefix; empty before: it is new, empty after: it is gone. */
public record BestChange(Prefix prefix, Optional<BestRoute> before, Optional<BestRoute> after) {}
