package io.margay.bgp.view;

import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * A part of a view that is too long for one answer, in order of the prefixes. What changes between
 * two parts may or may not be seen.
 *
 * @param rows none, perhaps, though more parts follow
 * @param next where the next part begins; empty behind the last
 */
public record Part<T>(List<T> rows, Optional<Prefix> next) {
  public Part {
    rows = List.copyOf(rows);
  }
}
