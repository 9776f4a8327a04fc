package io.margay.bgp.attr;

/** ORIGIN (RFC 4271, 5.1.1), in order of preference; the ordinal is the value on the wire. */
public enum Origin {
  IGP,
  EGP,
  INCOMPLETE
}
