package io.margay.lab.plan;

import io.margay.foundation.addr.Family;
import java.util.List;

/** Which addresses nodes and pods of a lab have. */
public enum Families {
  IPV4("ipv4"),
  /** Both, in Calico's order: what Kubernetes calls the primary one is IPv4. */
  DUAL("dual"),
  /** No IPv4 anywhere, on the way to the API server neither. */
  IPV6("ipv6");

  private final String word;

  Families(String word) {
    this.word = word;
  }

  /** As it is typed. */
  public String word() {
    return word;
  }

  /** One or both, the primary one first. */
  public List<Family> each() {
    return switch (this) {
      case IPV4 -> List.of(Family.IPV4);
      case DUAL -> List.of(Family.IPV4, Family.IPV6);
      case IPV6 -> List.of(Family.IPV6);
    };
  }

  public boolean has(Family family) {
    return each().contains(family);
  }

  /**
   * What was typed.
   *
   * @throws IllegalArgumentException when it is no choice
   */
  public static Families named(String word) {
    for (Families families : values()) {
      if (families.word.equals(word)) {
        return families;
      }
    }
    throw new IllegalArgumentException("--family " + word + ": expected ipv4, dual or ipv6");
  }
}
