package io.margay.bgp.view;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Prefix;

/** A route as a peer was told of it. */
public record AdvertisedView(Prefix prefix, Attributes attributes) {}
