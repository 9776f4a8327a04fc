package io.margay.interop;

import io.margay.bgp.wire.Announcement;
import io.margay.foundation.addr.Prefix;
import java.util.List;

/**
 * What a {@link Teller} says of IPv4 prefixes at once, withdrawals first.
 *
 * @param complete it is all that there is, and End-of-RIB stands behind it (RFC 4724, 2)
 */
record Said(List<Prefix> withdrawn, List<Announcement> announced, boolean complete) {}
