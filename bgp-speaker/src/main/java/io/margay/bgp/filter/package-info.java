/**
 * Import and export policy as data: Calico's BGPFilter rules and its built-in export order. A
 * verdict says which rule gave it.
 *
 * <p>The rules of BGP itself (split horizon, reflection, next hops) are in {@code export} and
 * {@code rib}.
 */
@NullMarked
package io.margay.bgp.filter;

import org.jspecify.annotations.NullMarked;
