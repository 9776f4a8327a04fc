package io.margay.kube.types;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A policy of networking.k8s.io/v1 as it was written; policy-iptables reads the tree and refuses
 * what it cannot enforce.
 *
 * @param spec maps, lists and scalars; not to be changed
 */
public record NetworkPolicy(PolicyKey key, String uid, Map<String, Object> spec) {

  /** Reads a policy; refuses one whose spec is no object. */
  public static Optional<NetworkPolicy> read(StoredObject object) {
    var key =
        new PolicyKey(object.interner().text(object.meta().namespace()), object.meta().name());
    var spec = new LinkedHashMap<String, Object>();
    object.spec().entries().forEach((name, tree) -> tree.raw().ifPresent(v -> spec.put(name, v)));
    return Optional.of(
        new NetworkPolicy(key, object.meta().uid(), Collections.unmodifiableMap(spec)));
  }
}
