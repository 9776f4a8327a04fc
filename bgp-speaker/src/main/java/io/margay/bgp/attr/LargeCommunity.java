package io.margay.bgp.attr;

import java.util.Optional;

/** A large community (RFC 8092): three numbers of 32 bits. */
public record LargeCommunity(long global, long local1, long local2) implements AnyCommunity {
  /** Reads {@code aa:nn:mm}, each 0 to 4294967295; empty when the text is anything else. */
  public static Optional<LargeCommunity> parse(String text) {
    long[] parts = parts(text, 3, 0xffff_ffffL);
    return parts.length == 0
        ? Optional.empty()
        : Optional.of(new LargeCommunity(parts[0], parts[1], parts[2]));
  }

  /** The numbers between colons; none when there are not as many, or one is no such number. */
  static long[] parts(String text, int count, long max) {
    String[] words = text.split(":", -1);
    if (words.length != count) {
      return new long[0];
    }
    long[] parts = new long[count];
    for (int i = 0; i < count; i++) {
      String word = words[i];
      boolean digits = !word.isEmpty() && word.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || word.length() > 10 || Long.parseLong(word) > max) {
        return new long[0];
      }
      parts[i] = Long.parseLong(word);
    }
    return parts;
  }

  @Override
  public String toString() {
    return global + ":" + local1 + ":" + local2;
  }
}
