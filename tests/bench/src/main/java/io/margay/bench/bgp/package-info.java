/**
 * How fast tables pass a BGP speaker and what they cost it: Margay's standalone speaker beside
 * BIRD, FRR's bgpd and GoBGP, all as reflectors, under the same load.
 *
 * <p>The load is {@code src/main/c/bgpload}. What decisions and codecs cost by themselves is {@code
 * io.margay.bench.jmh}'s.
 */
@NullMarked
package io.margay.bench.bgp;

import org.jspecify.annotations.NullMarked;
