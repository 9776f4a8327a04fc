/**
 * What peers are told: the rules of BGP for each kind of peer, next hops, and Adj-RIB-Out.
 *
 * <p>What was chosen is in {@code rib}; how updates become bytes is in {@code wire}.
 */
@NullMarked
package io.margay.bgp.export;

import org.jspecify.annotations.NullMarked;
