package io.margay.tunnel.forwarder;

import io.margay.tunnel.wire.LookupTable;

/**
 * The table in use, replaced as a whole.
 *
 * @param version the number that the agent gave it
 */
record Table(long version, LookupTable lookup) {}
