/**
 * Addresses and prefixes of both families: primitives inside, parsed and printed in one way (RFC
 * 5952 for IPv6).
 *
 * <p>Longest-prefix look-up is in {@code trie}; reading addresses out of documents is in {@code
 * tree}.
 */
@NullMarked
package io.margay.foundation.addr;

import org.jspecify.annotations.NullMarked;
