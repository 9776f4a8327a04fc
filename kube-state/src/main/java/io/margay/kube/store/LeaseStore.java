package io.margay.kube.store;

import io.margay.kube.client.ApiException;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Written;
import io.margay.kube.lease.LeaseRecord;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Lease of the API server. Methods wait for the answer and throw {@link ApiException}; an
 * outcome that is empty was overtaken by another writer.
 */
public final class LeaseStore {
  /** Kubernetes' MicroTime: always six digits. */
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private final KubeApi api;
  private final ObjectKey key;

  public LeaseStore(KubeApi api, ObjectKey key) {
    this.api = api;
    this.key = key;
  }

  /** What errors call it. */
  public String name() {
    return Kind.LEASE.name(key);
  }

  /** The lease as it is; one with broken fields counts as one that nobody has. */
  public Optional<LeaseRecord> get() {
    return api.get(Kind.LEASE, key).map(LeaseStore::record);
  }

  /** Stores the first one. */
  public Optional<LeaseRecord> create(LeaseRecord lease) {
    var meta = new LinkedHashMap<String, Object>();
    meta.put("namespace", key.namespace());
    meta.put("name", key.name());
    return done(api.create(Kind.LEASE, key, object(lease, meta)));
  }

  /** Stores it in the place of the version that it names. */
  public Optional<LeaseRecord> replace(LeaseRecord lease) {
    var meta = new LinkedHashMap<String, Object>();
    meta.put("namespace", key.namespace());
    meta.put("name", key.name());
    meta.put("resourceVersion", lease.version());
    return done(api.replace(Kind.LEASE, key, object(lease, meta)));
  }

  private static Optional<LeaseRecord> done(Written written) {
    return written instanceof Written.Done(Map<String, Object> object)
        ? Optional.of(record(object))
        : Optional.empty();
  }

  private static Map<String, Object> object(LeaseRecord lease, Map<String, Object> meta) {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("holderIdentity", lease.holder());
    spec.put("leaseDurationSeconds", Math.max(1, lease.duration().toSeconds()));
    spec.put("renewTime", MICROS.format(lease.renewed()));
    spec.put("leaseTransitions", lease.transitions());
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", Kind.LEASE.apiVersion());
    object.put("kind", Kind.LEASE.word());
    object.put("metadata", meta);
    object.put("spec", spec);
    return object;
  }

  private static LeaseRecord record(Map<String, Object> object) {
    Map<?, ?> spec = object.get("spec") instanceof Map<?, ?> map ? map : Map.of();
    Map<?, ?> meta = object.get("metadata") instanceof Map<?, ?> map ? map : Map.of();
    return new LeaseRecord(
        spec.get("holderIdentity") instanceof String holder ? holder : "",
        Duration.ofSeconds(number(spec.get("leaseDurationSeconds"))),
        time(spec.get("renewTime")),
        (int) number(spec.get("leaseTransitions")),
        meta.get("resourceVersion") instanceof String version ? version : "");
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static Instant time(@Nullable Object value) {
    try {
      return value instanceof String text ? OffsetDateTime.parse(text).toInstant() : Instant.EPOCH;
    } catch (DateTimeParseException e) {
      return Instant.EPOCH;
    }
  }
}
