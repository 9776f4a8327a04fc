/**
 * BGP's connections over Netty's epoll transport: listening, dialling, framing, decoding and
 * encoding on the bgp-io threads.
 *
 * <p>What a connection is good for is decided in {@code fsm}; the thread that asks is in {@code
 * speaker}.
 */
@NullMarked
package io.margay.bgp.session;

import org.jspecify.annotations.NullMarked;
