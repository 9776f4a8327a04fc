/**
 * The session's state machine (RFC 4271, section 8), collisions, and both roles of graceful
 * restart: values in, values out.
 *
 * <p>Sockets and timers that run what is decided here are in {@code session} and {@code speaker}.
 */
@NullMarked
package io.margay.bgp.fsm;

import org.jspecify.annotations.NullMarked;
