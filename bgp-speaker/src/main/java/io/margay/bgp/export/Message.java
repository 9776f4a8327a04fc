package io.margay.bgp.export;

import io.netty.buffer.ByteBuf;

/**
 * Bytes for a peer, which are the taker's to release.
 *
 * @param messages how many UPDATEs
 * @param announced how many prefixes they announce
 * @param withdrawn how many prefixes they withdraw
 */
public record Message(ByteBuf bytes, int messages, int announced, int withdrawn) {}
