package io.margay.bgp.session;

import java.nio.charset.StandardCharsets;

/** A TCP MD5 key (RFC 2385), never printed. */
public record Md5Key(String text) {
  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "***";
  }
}
