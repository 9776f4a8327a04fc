package io.margay.kube.image;

import io.margay.foundation.tree.Problems;
import io.margay.kube.types.Interner;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.ObjectReader;
import io.margay.kube.types.StoredObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.pcollections.PMap;

/** What a burst did to the objects of one kind. */
final class Section<K, V> {
  private final Kind kind;
  private final ObjectReader<V> reader;
  private final Function<ObjectKey, K> keyOf;
  private final Function<ClusterImage, PMap<K, V>> part;

  /** The last state of each object that the burst named; empty for one that is gone. */
  private final LinkedHashMap<K, Optional<V>> touched = new LinkedHashMap<>();

  /** Objects that are only remembered: the watch has not told them. */
  private final Set<K> unconfirmed = new HashSet<>();

  /** What was told of objects that cannot be read: the next heartbeat of each is no news. */
  private final Map<ObjectKey, ImageBuilder.Refused> refused = new HashMap<>();

  Section(
      Kind kind,
      ObjectReader<V> reader,
      Function<ObjectKey, K> keyOf,
      Function<ClusterImage, PMap<K, V>> part) {
    this.kind = kind;
    this.reader = reader;
    this.keyOf = keyOf;
    this.part = part;
  }

  /** Reads an object; tells what is wrong with it, once, when it cannot be used. */
  Optional<ImageBuilder.Refused> see(
      ObjectKey name, Map<String, Object> tree, ClusterImage image, Interner interner) {
    var problems = new Problems();
    Optional<V> read = reader.read(StoredObject.of(kind, tree, problems, interner));
    if (!name.name().isEmpty()) {
      unconfirmed.remove(keyOf.apply(name));
    }
    if (read.isPresent() && problems.isEmpty()) {
      touched.put(keyOf.apply(name), read);
      refused.remove(name);
      return Optional.empty();
    }
    boolean kept = !name.name().isEmpty() && isThere(keyOf.apply(name), image);
    var now = new ImageBuilder.Refused(kind, name, problems.all(), kept);
    return now.equals(refused.put(name, now)) ? Optional.empty() : Optional.of(now);
  }

  /** Forgets an object; one without a name was never taken up. */
  void drop(ObjectKey name) {
    if (name.name().isEmpty()) {
      return;
    }
    unconfirmed.remove(keyOf.apply(name));
    refused.remove(name);
    touched.put(keyOf.apply(name), Optional.empty());
  }

  /** Takes over what was known before the start, where the watch has told nothing. */
  void remember(ClusterImage remembered, ClusterImage image) {
    part.apply(remembered)
        .forEach((key, value) -> {
          if (!touched.containsKey(key) && !part.apply(image).containsKey(key)) {
            touched.put(key, Optional.of(value));
            unconfirmed.add(key);
          }
        });
  }

  /** All that there is has been told: what is only remembered is gone. */
  void synced() {
    unconfirmed.forEach(key -> touched.put(key, Optional.empty()));
    unconfirmed.clear();
  }

  /** What the burst changed in the image; the next burst begins. */
  Map<K, Change<V>> take(ClusterImage image) {
    var changes = new LinkedHashMap<K, Change<V>>();
    touched.forEach((key, after) ->
        Change.between(Optional.ofNullable(part.apply(image).get(key)), after)
            .ifPresent(change -> changes.put(key, change)));
    touched.clear();
    return changes;
  }

  private boolean isThere(K key, ClusterImage image) {
    Optional<V> last = touched.get(key);
    return last != null ? last.isPresent() : part.apply(image).containsKey(key);
  }
}
