package io.margay.policy.render;

import java.util.Optional;

/** The tables of iptables, in the order in which a packet meets them. */
public enum Table {
  RAW("raw"),
  MANGLE("mangle"),
  NAT("nat"),
  FILTER("filter");

  private final String word;

  Table(String word) {
    this.word = word;
  }

  /** The table of this name, if it is one that we use. */
  public static Optional<Table> parse(String word) {
    for (Table table : values()) {
      if (table.word.equals(word)) {
        return Optional.of(table);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return word;
  }
}
