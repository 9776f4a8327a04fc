/**
 * Ethernet frames that a node sends of its own accord, as bytes (RFC 826, 5227, 4861).
 *
 * <p>The socket that sends them is in {@code socket}. What is announced, and when, is known by the
 * agent.
 */
@NullMarked
package io.margay.kernel.frame;

import org.jspecify.annotations.NullMarked;
