package io.margay.lab.command;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Rules as Felix has them in mind, made into what it gives to iptables-restore: each carries the
 * hash of its text and of all before it in its chain, by which Felix knows it again.
 */
final class FelixRules {
  private static final int LENGTH = 16;

  private final StringBuilder out = new StringBuilder();
  private final Map<String, byte[]> hashes = new LinkedHashMap<>();
  private final StringBuilder chains = new StringBuilder();
  private final StringBuilder rules = new StringBuilder();

  private FelixRules() {}

  /**
   * What {@code iptables-restore --noflush} takes.
   *
   * @param text tables ({@code *filter}), empty chains ({@code :cali-cidr-block}) and rules; {@code
   *     -I} in a kernel chain: in this order, before those of others
   */
  static String restore(String text) {
    var felix = new FelixRules();
    text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(felix::take);
    felix.commit();
    return felix.out.toString();
  }

  private void take(String line) {
    switch (line.charAt(0)) {
      case '*' -> {
        commit();
        out.append(line).append('\n');
      }
      case ':' -> declare(line.substring(1).strip());
      default -> rule(line);
    }
  }

  private void declare(String chain) {
    if (chain.startsWith("cali-") && hashes.putIfAbsent(chain, sha224(chain)) == null) {
      chains.append(':').append(chain).append(" - -\n");
    }
  }

  private void rule(String line) {
    String[] words = line.split(" ", 3);
    String chain = words[1];
    declare(chain);
    boolean kernels = !chain.startsWith("cali-");
    // To Felix those behind the others are a chain of their own.
    String name = kernels && words[0].equals("-A") ? chain + "*appends*" : chain;
    byte[] before = hashes.getOrDefault(name, sha224(name));
    byte[] hash = sha224(before, "-A " + name + " HASH " + words[2]);
    hashes.put(name, hash);
    rules.append(
        "%s %s -m comment --comment \"cali:%s\" %s%n"
            .formatted(words[0], chain, text(hash), words[2]));
  }

  private void commit() {
    if (!rules.isEmpty()) {
      out.append(chains).append(rules).append("COMMIT\n");
    }
    hashes.clear();
    chains.setLength(0);
    rules.setLength(0);
  }

  private static String text(byte[] hash) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash).substring(0, LENGTH);
  }

  private static byte[] sha224(String text) {
    return sha224(new byte[0], text);
  }

  private static byte[] sha224(byte[] before, String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-224");
      digest.update(before);
      return digest.digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-224", e);
    }
  }
}
