package io.margay.policy.render;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The hashes that Calico makes names of. */
final class Digests {
  private Digests() {}

  static byte[] sha224(byte[]... parts) {
    return digest("SHA-224", parts);
  }

  static byte[] sha224(String text) {
    return digest("SHA-224", bytes(text));
  }

  static byte[] sha256(String text) {
    return digest("SHA-256", bytes(text));
  }

  /** Base64 for URLs, without padding. */
  static String text(byte[] digest) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] digest(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
