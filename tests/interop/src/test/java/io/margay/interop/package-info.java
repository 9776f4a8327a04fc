/**
 * Margay's speaker against BIRD, FRR, GoBGP and ExaBGP, each in a network namespace of its own,
 * judged by their own tools.
 *
 * <p>What Margay sends to itself and to raw sockets is tested beside the speaker.
 */
@NullMarked
package io.margay.interop;

import org.jspecify.annotations.NullMarked;
