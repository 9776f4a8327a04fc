/**
 * Longest-prefix match over primitive keys.
 *
 * <p>The BGP tables have their own stores in {@code io.margay.bgp.rib}; this is for look-ups by
 * address.
 */
@NullMarked
package io.margay.foundation.trie;

import org.jspecify.annotations.NullMarked;
