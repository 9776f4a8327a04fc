package io.margay.bgp.attr;

/** ORIGIN (RFC 4271, 5.1.1), in order of preference. */
public enum Origin {
  IGP(0),
  EGP(1),
  INCOMPLETE(2);

  private final int code;

  Origin(int code) {
    this.code = code;
  }

  /** The value on the wire. */
  public int code() {
    return code;
  }
}
