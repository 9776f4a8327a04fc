package io.margay.bgp.view;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportVerdict;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/**
 * A route as a peer was told of it.
 *
 * @param told what the peer knows (Adj-RIB-Out); empty when it was not told
 * @param verdict what holds now, and why; empty when nothing is chosen for the prefix, and when
 *     there is no session
 */
public record AdvertisedView(
    Prefix prefix, Optional<Attributes> told, Optional<ExportVerdict> verdict) {}
