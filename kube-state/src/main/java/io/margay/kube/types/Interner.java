package io.margay.kube.types;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Equal names and label sets held once, as far as a table of fixed size remembers them: most pods
 * share their labels, namespace and node with others. Nothing is counted and nothing leaks; a
 * forgotten value is merely held twice. Owned by one thread.
 */
public final class Interner {
  private static final int SLOTS = 1 << 14;

  private final @Nullable Object[] slots;

  /** A table that remembers about sixteen thousand values. */
  public Interner() {
    this(SLOTS);
  }

  private Interner(int slots) {
    this.slots = new @Nullable Object[slots];
  }

  /** One that remembers next to nothing, for an object that is read by itself. */
  public static Interner none() {
    return new Interner(1);
  }

  public String text(String text) {
    return same(text);
  }

  /** The map with its keys in order, its texts interned; not to be changed. */
  public Map<String, String> labels(Map<String, String> labels) {
    if (labels.isEmpty()) {
      return Map.of();
    }
    var sorted = new TreeMap<String, String>();
    labels.forEach((key, value) -> sorted.put(text(key), text(value)));
    return same(Collections.unmodifiableMap(sorted));
  }

  public NodeName nodeName(String name) {
    return same(new NodeName(name));
  }

  /** The ports of a pod's containers: those of one workload share a list. */
  List<Pod.NamedPort> ports(List<Pod.NamedPort> ports) {
    return ports.isEmpty() ? List.of() : same(List.copyOf(ports));
  }

  public <T> Optional<T> optional(Optional<T> value) {
    return same(value);
  }

  @SuppressWarnings("unchecked") // equal values of the classes above are of one class
  private <T> T same(T value) {
    // A text, the name that wraps it and an Optional of that have one hash.
    int hash = value.hashCode() * 31 + value.getClass().getName().hashCode();
    int slot = (hash ^ hash >>> 15) & (slots.length - 1);
    Object known = slots[slot];
    if (known != null && known.equals(value)) {
      return (T) known;
    }
    slots[slot] = value;
    return value;
  }
}
