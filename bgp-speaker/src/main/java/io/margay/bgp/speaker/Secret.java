package io.margay.bgp.speaker;

import java.nio.charset.StandardCharsets;

/** A password that no log and no view shows. */
public record Secret(String value) {
  /** Most bytes of a TCP MD5 key (linux/tcp.h, TCP_MD5SIG_MAXKEYLEN). */
  public static final int MAX_BYTES = 80;

  public Secret {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes == 0 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a BGP password of " + bytes + " bytes; 1 to " + MAX_BYTES + " are possible");
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
