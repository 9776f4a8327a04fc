package io.margay.bgp.view;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.export.ExportVerdict;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/**
 * A route as a peer was told of it; where it gets several paths to a prefix (RFC 7911), one of
 * them.
 *
 * @param pathId the path's identifier towards the peer; 0 where it gets one path only
 * @param told what the peer knows (Adj-RIB-Out); empty when it was not told
 * @param verdict what holds now, and why; empty when nothing is chosen for the prefix, and when
 *     there is no session
 */
public record AdvertisedView(
    Prefix prefix, int pathId, Optional<Attributes> told, Optional<ExportVerdict> verdict) {}
