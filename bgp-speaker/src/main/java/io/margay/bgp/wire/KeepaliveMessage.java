package io.margay.bgp.wire;

/** KEEPALIVE (RFC 4271, 4.4). */
public record KeepaliveMessage() implements BgpMessage {}
