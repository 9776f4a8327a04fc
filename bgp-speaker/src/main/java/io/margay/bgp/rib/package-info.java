/**
 * What peers said (Adj-RIB-In), what is best (Loc-RIB) and why: the decision process and the
 * tracking of next hops.
 *
 * <p>What is told to peers is in {@code export}; the kernel's routes are none of this module's
 * business and come in as {@link io.margay.bgp.rib.NextHops}.
 */
@NullMarked
package io.margay.bgp.rib;

import org.jspecify.annotations.NullMarked;
