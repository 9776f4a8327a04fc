package io.margay.policy.index;

import io.margay.policy.selector.Selector;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which items are selected by which selectors. Both are put and removed at any time; whoever
 * listens hears of each pair that begins or ends to match.
 *
 * <p>Most selectors name one value of one label, the namespace. Items and selectors are sorted by
 * it, so that a change is compared with those that can match only. Matches are not kept but found
 * again from what was and what is: with a hundred thousand pods they would be most of the memory.
 * Owned by one thread.
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
    var candidates = new LinkedHashSet<>(candidates(selector));
    if (before != null) {
      unfile(id, before);
      candidates.addAll(candidates(before));
    }
    file(id, selector);
    for (I item : candidates) {
      Map<String, String> labels = Objects.requireNonNull(items.get(item));
      tell(id, item, before != null && before.matches(labels), selector.matches(labels));
    }
  }

  /** Takes a selector away; its matches end. */
  public void removeSelector(S id) {
    Selector before = selectors.remove(id);
    if (before != null) {
      unfile(id, before);
      for (I item : List.copyOf(candidates(before))) {
        tell(id, item, before.matches(Objects.requireNonNull(items.get(item))), false);
      }
    }
  }

  /** Adds an item or gives it other labels. */
  public void putItem(I id, Map<String, String> labels) {
    Map<String, String> before = items.put(id, labels);
    if (labels.equals(before)) {
      return;
    }
    String value = labels.get(partition);
    String valueBefore = before == null ? null : before.get(partition);
    if (!Objects.equals(valueBefore, value)) {
      unfileItem(id, valueBefore);
      if (value != null) {
        itemsByValue.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(id);
      }
    }
    var candidates = new LinkedHashSet<>(freeSelectors);
    candidates.addAll(selectorsOf(valueBefore));
    candidates.addAll(selectorsOf(value));
    for (S selector : candidates) {
      Selector meaning = selector(selector);
      tell(selector, id, before != null && meaning.matches(before), meaning.matches(labels));
    }
  }

  /** Takes an item away; its matches end. */
  public void removeItem(I id) {
    for (S selector : selectors(id)) {
      listener.matchStopped(selector, id);
    }
    Map<String, String> before = items.remove(id);
    if (before != null) {
      unfileItem(id, before.get(partition));
    }
  }

  /** What an item is selected by now. */
  public Set<S> selectors(I item) {
    Map<String, String> labels = items.get(item);
    if (labels == null) {
      return Set.of();
    }
    var selecting = new LinkedHashSet<>(freeSelectors);
    selecting.addAll(selectorsOf(labels.get(partition)));
    selecting.removeIf(selector -> !selector(selector).matches(labels));
    return selecting;
  }

  private void tell(S selector, I item, boolean was, boolean is) {
    if (was && !is) {
      listener.matchStopped(selector, item);
    } else if (is && !was) {
      listener.matchStarted(selector, item);
    }
  }

  private Selector selector(S id) {
    return Objects.requireNonNull(selectors.get(id));
  }

  /** The items that a selector can match at all. */
  private Collection<I> candidates(Selector selector) {
    return selector
        .requiredValue(partition)
        .<Collection<I>>map(value -> itemsByValue.getOrDefault(value, Set.of()))
        .orElse(items.keySet());
  }

  private Set<S> selectorsOf(@Nullable String value) {
    return value == null ? Set.of() : selectorsByValue.getOrDefault(value, Set.of());
  }

  private void file(S id, Selector selector) {
    selector
        .requiredValue(partition)
        .ifPresentOrElse(
            value -> selectorsByValue.computeIfAbsent(value, _ -> new LinkedHashSet<>()).add(id),
            () -> freeSelectors.add(id));
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
