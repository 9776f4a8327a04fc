package io.margay.bgp.attr;

import io.margay.foundation.addr.Ip4;

/** AGGREGATOR (RFC 4271, 5.1.7): who formed the aggregate. */
public record Aggregator(long asn, Ip4 routerId) {}
