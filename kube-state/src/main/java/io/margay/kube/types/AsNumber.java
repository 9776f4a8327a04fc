package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.Optional;

/** An autonomous system number of four octets. */
public record AsNumber(long value) {
  private static final long MOST = 0xffff_ffffL;

  public AsNumber {
    if (value < 0 || value > MOST) {
      throw new IllegalArgumentException("AS number " + value);
    }
  }

  /** Reads {@code 65000} or the dotted form {@code 1.10}; empty when the text is anything else. */
  public static Optional<AsNumber> parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      return number(text, MOST).map(AsNumber::new);
    }
    Optional<Long> low = number(text.substring(dot + 1), 0xffff);
    return number(text.substring(0, dot), 0xffff)
        .flatMap(high -> low.map(l -> new AsNumber(high << 16 | l)));
  }

  /** A JSON number, or a text as {@link #parse} reads it; noted when it is neither. */
  static Optional<AsNumber> read(Tree tree) {
    if (tree.raw().filter(String.class::isInstance).isPresent()) {
      return tree.parsed(AsNumber::parse, "an AS number such as 65000 or \"1.10\"");
    }
    var number = tree.integer(0, MOST);
    return number.isPresent() ? Optional.of(new AsNumber(number.getAsLong())) : Optional.empty();
  }

  private static Optional<Long> number(String text, long most) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(text)).filter(n -> n <= most);
  }

  @Override
  public String toString() {
    return Long.toString(value);
  }
}
