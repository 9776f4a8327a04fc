/**
 * What a BGP route carries: path attributes as values, equal content interned to an int by its
 * owner.
 *
 * <p>Their bytes are in {@code wire}; what is preferred is decided in {@code rib}.
 */
@NullMarked
package io.margay.bgp.attr;

import org.jspecify.annotations.NullMarked;
