/**
 * What a node's way to another one carries: each mode between the same two nodes, under the same
 * traffic.
 *
 * <p>The plain forwarder is {@code src/main/c/ipipfwd.c}; Margay's is in {@code
 * io.margay.tunnel.forwarder}.
 */
@NullMarked
package io.margay.bench.tunnel;

import org.jspecify.annotations.NullMarked;
