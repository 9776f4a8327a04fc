package io.margay.kube.store;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.tree.Problems;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.ObjectStore;
import io.margay.ipam.store.Revision;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.client.ApiException;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Preconditions;
import io.margay.kube.client.Written;
import io.margay.kube.types.CalicoMetadata;
import io.margay.kube.types.Interner;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.ObjectReader;
import io.margay.kube.types.StoredObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** The objects of one IPAM kind. */
final class KubeObjects<K, T> implements ObjectStore<K, T> {
  private static final EventLog LOG = EventLog.of(KubeObjects.class);

  private final KubeApi api;
  private final Format<K, T> format;

  /** Versions by name of objects that could not be read and are named in the log. */
  private final Map<String, String> reported = new ConcurrentHashMap<>();

  /**
   * How a kind is stored.
   *
   * @param name the object's name for a key
   * @param labels on the object, for whoever selects by them
   */
  record Format<K, T>(
      Kind kind,
      ObjectReader<T> reader,
      Function<T, K> key,
      Function<K, String> name,
      Function<K, Map<String, String>> labels,
      Function<T, Map<String, Object>> spec,
      Set<String> modelled) {}

  KubeObjects(KubeApi api, Format<K, T> format) {
    this.api = api;
    this.format = format;
  }

  @Override
  public Optional<Stored<T>> get(K key) {
    return asking(() -> api.get(format.kind(), objectKey(key)).map(this::stored));
  }

  @Override
  public List<Stored<T>> list() {
    return list("");
  }

  /**
   * The objects that the server selects. One that cannot be read is left out and named, as Calico
   * does: a block that somebody has broken must not take every node's addresses away.
   */
  List<Stored<T>> list(String labelSelector) {
    return asking(() -> {
      var all = new ArrayList<Stored<T>>();
      for (Map<String, Object> object : api.list(format.kind(), labelSelector)) {
        switch (read(object)) {
          case Reading.Read<T>(Stored<T> stored) -> all.add(stored);
          case Reading.Broken<T>(String why) -> report(object, why);
        }
      }
      return all;
    });
  }

  /** All objects, of which each has to be read: none may be overlooked. */
  List<Stored<T>> listStrictly() {
    return asking(() -> api.list(format.kind(), "").stream().map(this::stored).toList());
  }

  private void report(Map<String, Object> object, String why) {
    String version = StoredRevision.versionOf(object);
    String before = reported.put(StoredObject.keyOf(object).name(), version);
    if (!version.equals(before)) {
      LOG.warn("kube.object.refused", "why", why + ". The object is left out of the list.");
    }
  }

  /** Whether the stored object has the labels that we would give it. */
  boolean isLabelled(Stored<T> stored) {
    Map<String, String> labels = format.labels().apply(format.key().apply(stored.value()));
    return StoredRevision.parse(stored.revision()).hasLabels(labels);
  }

  @Override
  public WriteOutcome<T> create(T value) {
    K key = format.key().apply(value);
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", format.kind().apiVersion());
    object.put("kind", format.kind().word());
    object.put(
        "metadata", CalicoMetadata.stored(format.name().apply(key), format.labels().apply(key)));
    object.put("spec", format.spec().apply(value));
    return asking(() -> outcome(api.create(format.kind(), objectKey(key), object)));
  }

  @Override
  public WriteOutcome<T> update(T value, Revision revision) {
    K key = format.key().apply(value);
    Map<String, Object> object =
        StoredRevision.parse(revision)
            .with(format.spec().apply(value), format.modelled(), format.labels().apply(key));
    object.put("apiVersion", format.kind().apiVersion());
    object.put("kind", format.kind().word());
    return asking(() -> outcome(api.replace(format.kind(), objectKey(key), object)));
  }

  @Override
  public DeleteOutcome delete(K key, Revision revision) {
    var version = StoredRevision.parse(revision);
    var preconditions = new Preconditions(version.uid(), version.resourceVersion());
    return asking(() ->
        switch (api.delete(format.kind(), objectKey(key), preconditions)) {
          case Written.Done _ -> DeleteOutcome.DELETED;
          case Written.NotFound _ -> DeleteOutcome.NOT_FOUND;
          case Written.Conflict _, Written.AlreadyExists _ -> DeleteOutcome.CONFLICT;
        });
  }

  private WriteOutcome<T> outcome(Written written) {
    return switch (written) {
      case Written.Done(Map<String, Object> object) -> new WriteOutcome.Written<>(stored(object));
      case Written.Conflict _ -> new WriteOutcome.Conflict<>();
      case Written.AlreadyExists _ -> new WriteOutcome.AlreadyExists<>();
      case Written.NotFound _ -> new WriteOutcome.NotFound<>();
    };
  }

  private ObjectKey objectKey(K key) {
    return ObjectKey.cluster(format.name().apply(key));
  }

  /** What came of one object. */
  private sealed interface Reading<T> {
    record Read<T>(Stored<T> stored) implements Reading<T> {}

    record Broken<T>(String why) implements Reading<T> {}
  }

  private Stored<T> stored(Map<String, Object> object) {
    return switch (read(object)) {
      case Reading.Read<T>(Stored<T> stored) -> stored;
      case Reading.Broken<T>(String why) -> throw new StoreUnavailableException(why);
    };
  }

  private Reading<T> read(Map<String, Object> object) {
    var problems = new Problems();
    // An interner for each object: the store is called by many threads at a time.
    Optional<T> value =
        format.reader().read(StoredObject.of(format.kind(), object, problems, Interner.none()));
    if (value.isEmpty() || !problems.isEmpty()) {
      return new Reading.Broken<>(
          problems.all().isEmpty()
              ? format.kind().name(StoredObject.keyOf(object)) + " cannot be read"
              : problems.all().get(0).toString());
    }
    return new Reading.Read<>(new Stored<>(value.get(), StoredRevision.of(object)));
  }

  private static <R> R asking(Supplier<R> request) {
    try {
      return request.get();
    } catch (ApiException e) {
      throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }
}
