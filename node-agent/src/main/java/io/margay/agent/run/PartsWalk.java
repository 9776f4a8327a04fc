package io.margay.agent.run;

import io.margay.bgp.view.Part;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * The rows of a long view of the speaker, network after network. A part is asked for when the one
 * before is used up, so whoever reads slowly holds a part and no more.
 */
final class PartsWalk<T> implements Iterator<T> {
  /** Longer than a busy speaker lets a question wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ArrayDeque<Prefix> networks;
  private final BiFunction<Prefix, Prefix, CompletableFuture<Part<T>>> ask;
  private final ArrayDeque<T> rows = new ArrayDeque<>();
  private Prefix from;

  /**
   * A walk from the first row on.
   *
   * @param networks at least one
   * @param ask for a part: inside this network, from that prefix on
   */
  PartsWalk(List<Prefix> networks, BiFunction<Prefix, Prefix, CompletableFuture<Part<T>>> ask) {
    this.networks = new ArrayDeque<>(networks);
    this.ask = ask;
    this.from = networks.getFirst();
  }

  /**
   * Asks for parts until one has a row.
   *
   * @throws IllegalStateException when the speaker does not answer
   */
  @Override
  public boolean hasNext() {
    while (rows.isEmpty() && !networks.isEmpty()) {
      Part<T> part =
          Asked.within(PATIENCE, ask.apply(networks.getFirst(), from))
              .orElseThrow(() ->
                  new IllegalStateException(
                      "the BGP speaker has not answered in " + PATIENCE.toSeconds() + " s"));
      rows.addAll(part.rows());
      if (part.next().isPresent()) {
        from = part.next().get();
      } else {
        networks.removeFirst();
        from = networks.isEmpty() ? from : networks.getFirst();
      }
    }
    return !rows.isEmpty();
  }

  @Override
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return rows.removeFirst();
  }
}
