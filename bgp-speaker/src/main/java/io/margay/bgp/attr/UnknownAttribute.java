package io.margay.bgp.attr;

/**
 * An optional transitive attribute that is passed on unread (RFC 4271, 5), with the Partial flag
 * that this costs it.
 */
public record UnknownAttribute(int code, boolean partial, Octets value) {}
