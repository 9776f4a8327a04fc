/**
 * Messages to bytes and back (RFC 4271, 4760, 5492, 6793, 7606). Every fault is a value; nothing
 * here throws for what a peer sends.
 *
 * <p>Works on Netty's ByteBuf, but knows no channel: framing over sockets is in {@code session}.
 */
@NullMarked
package io.margay.bgp.wire;

import org.jspecify.annotations.NullMarked;
