package io.margay.policy.index;

import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which items are selected by which selectors. Both are put and removed at any time; whoever
 * listens hears of each pair that begins or ends to match.
 *
 * <p>Most selectors name one value of one label, the namespace. Items and selectors are sorted by
 * it, so that a change is compared with those that can match only. Owned by one thread.
 *
 * @param <S> names a selector
 * @param <I> names an item
 */
public final class SelectorIndex<S, I> {
  /** Hears of changes, in the course of the call that makes them. */
  public interface Listener<S, I> {
    void matchStarted(S selector, I item);

    void matchStopped(S selector, I item);
  }

  private final String partition;
  private final Listener<S, I> listener;

  private final Map<S, Selector> selectors = new HashMap<>();
  private final Map<String, Set<S>> selectorsByValue = new HashMap<>();
  private final Set<S> freeSelectors = new LinkedHashSet<>();

  private final Map<I, Map<String, String>> items = new HashMap<>();
  private final Map<String, Set<I>> itemsByValue = new HashMap<>();

  private final Map<S, Set<I>> selected = new HashMap<>();
  private final Map<I, Set<S>> selectedBy = new HashMap<>();

  /** An empty index; {@code partition} is the label that most selectors ask about. */
  public SelectorIndex(String partition, Listener<S, I> listener) {
    this.partition = partition;
    this.listener = listener;
  }

  /** Adds a selector or gives it another meaning. */
  public void putSelector(S id, Selector selector) {
    Selector before = selectors.put(id, selector);
    if (selector.equals(before)) {
      return;
    }
    if (before != null) {
      unfile(id, before);
    }
    selector
        .requiredValue(partition)
        .ifPresentOrElse(
            value -> selectorsByValue.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(id),
            () -> freeSelectors.add(id));
    for (I item : List.copyOf(items(id))) {
      if (!selector.matches(labels(item))) {
        stop(id, item);
      }
    }
    Collection<I> candidates =
        selector
            .requiredValue(partition)
            .<Collection<I>>map(value -> itemsByValue.getOrDefault(value, Set.of()))
            .orElse(items.keySet());
    for (I item : candidates) {
      if (selector.matches(labels(item))) {
        start(id, item);
      }
    }
  }

  /** Takes a selector away; its matches end. */
  public void removeSelector(S id) {
    Selector before = selectors.remove(id);
    if (before != null) {
      unfile(id, before);
      List.copyOf(items(id)).forEach(item -> stop(id, item));
    }
  }

  /** Adds an item or gives it other labels. */
  public void putItem(I id, Map<String, String> labels) {
    Map<String, String> before = items.put(id, labels);
    if (labels.equals(before)) {
      return;
    }
    String value = labels.get(partition);
    if (before == null || !Objects.equals(before.get(partition), value)) {
      unfileItem(id, before == null ? null : before.get(partition));
      if (value != null) {
        itemsByValue.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(id);
      }
    }
    for (S selector : List.copyOf(selectors(id))) {
      if (!selector(selector).matches(labels)) {
        stop(selector, id);
      }
    }
    Set<S> sameValue = value == null ? Set.of() : selectorsByValue.getOrDefault(value, Set.of());
    Stream.concat(freeSelectors.stream(), sameValue.stream())
        .filter(selector -> selector(selector).matches(labels))
        .forEach(selector -> start(selector, id));
  }

  /** Takes an item away; its matches end. */
  public void removeItem(I id) {
    Map<String, String> before = items.remove(id);
    if (before != null) {
      unfileItem(id, before.get(partition));
      new ArrayList<>(selectors(id)).forEach(selector -> stop(selector, id));
    }
  }

  /** What a selector selects now. */
  public Set<I> items(S selector) {
    return Collections.unmodifiableSet(selected.getOrDefault(selector, Set.of()));
  }

  /** What an item is selected by now. */
  public Set<S> selectors(I item) {
    return Collections.unmodifiableSet(selectedBy.getOrDefault(item, Set.of()));
  }

  private Selector selector(S id) {
    return Objects.requireNonNull(selectors.get(id));
  }

  private Map<String, String> labels(I id) {
    return Objects.requireNonNull(items.get(id));
  }

  private void start(S selector, I item) {
    if (selected.computeIfAbsent(selector, _ -> new LinkedHashSet<>()).add(item)) {
      selectedBy.computeIfAbsent(item, _ -> new LinkedHashSet<>()).add(selector);
      listener.matchStarted(selector, item);
    }
  }

  private void stop(S selector, I item) {
    removeFrom(selected, selector, item);
    removeFrom(selectedBy, item, selector);
    listener.matchStopped(selector, item);
  }

  private void unfile(S id, Selector selector) {
    selector
        .requiredValue(partition)
        .ifPresentOrElse(
            value -> removeFrom(selectorsByValue, value, id), () -> freeSelectors.remove(id));
  }

  private void unfileItem(I id, @Nullable String value) {
    if (value != null) {
      removeFrom(itemsByValue, value, id);
    }
  }

  private static <K, V> void removeFrom(Map<K, Set<V>> map, K key, V value) {
    Set<V> values = map.get(key);
    if (values != null && values.remove(value) && values.isEmpty()) {
      map.remove(key);
    }
  }
}
