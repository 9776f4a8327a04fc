package io.margay.agent.config;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One environment variable.
 *
 * @param name as calico-node calls it
 * @param fallback what holds when it is not set, as text
 * @param accepted what may be set, for errors and docs
 * @param meaning one line for docs
 * @param reader gives nothing when the text is not accepted
 */
public record Key<T>(
    String name,
    String fallback,
    String accepted,
    String meaning,
    Function<String, Optional<T>> reader) {

  static Key<String> text(String name, String fallback, String meaning) {
    return new Key<>(name, fallback, "a text", meaning, Optional::of);
  }

  /** Go's and Calico's words for true and false. */
  static Key<Boolean> flag(String name, boolean fallback, String meaning) {
    return new Key<>(
        name, String.valueOf(fallback), "true or false", meaning, text -> readFlag(text));
  }

  static Key<Integer> integer(String name, int fallback, int least, int most, String meaning) {
    return new Key<>(
        name,
        String.valueOf(fallback),
        "a whole number, " + least + " to " + most,
        meaning,
        text -> readInteger(text, least, most));
  }

  /** One of these words, upper and lower case alike. */
  static <T> Key<T> choice(String name, String fallback, Map<String, T> words, String meaning) {
    var folded = new LinkedHashMap<String, T>();
    words.forEach((word, value) -> folded.put(word.toLowerCase(Locale.ROOT), value));
    return new Key<>(
        name,
        fallback,
        "one of " + String.join(", ", words.keySet()),
        meaning,
        text -> Optional.ofNullable(folded.get(text.toLowerCase(Locale.ROOT))));
  }

  /** A CIDR of a family, nothing, or the word {@code none}. */
  static Key<Optional<Prefix>> cidrOrNone(
      String name, Family family, String example, String meaning) {
    return new Key<>(
        name,
        "none",
        "a CIDR such as " + example + ", or none",
        meaning,
        text -> readCidrOrNone(text, family));
  }

  /** A list of words, separated by commas; blanks around them are dropped. */
  static Key<List<String>> words(String name, String fallback, String meaning) {
    return new Key<>(
        name,
        fallback,
        "words separated by commas",
        meaning,
        text ->
            Optional.of(
                List.of(text.split(",", -1)).stream()
                    .map(String::strip)
                    .filter(word -> !word.isEmpty())
                    .toList()));
  }

  private static Optional<Boolean> readFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "y", "t", "on" -> Optional.of(true);
      case "false", "0", "no", "n", "f", "off" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  private static Optional<Optional<Prefix>> readCidrOrNone(String text, Family family) {
    if (text.isEmpty() || text.equals("none")) {
      return Optional.of(Optional.empty());
    }
    Optional<Prefix> cidr = Prefix.parse(text).filter(prefix -> prefix.family() == family);
    return cidr.isEmpty() ? Optional.empty() : Optional.of(cidr);
  }

  private static Optional<Integer> readInteger(String text, int least, int most) {
    if (!text.matches("-?[0-9]{1,9}")) {
      return Optional.empty();
    }
    int number = Integer.parseInt(text);
    return number >= least && number <= most ? Optional.of(number) : Optional.empty();
  }
}
