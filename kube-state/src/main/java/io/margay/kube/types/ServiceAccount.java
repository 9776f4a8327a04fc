package io.margay.kube.types;

import java.util.Map;
import java.util.Optional;

/** A service account: policies select pods by its labels. */
public record ServiceAccount(ServiceAccountKey key, Map<String, String> labels) {

  /** Reads a service account; never refuses one with a name. */
  public static Optional<ServiceAccount> read(StoredObject object) {
    Interner interner = object.interner();
    var key = new ServiceAccountKey(interner.text(object.meta().namespace()), object.meta().name());
    return Optional.of(new ServiceAccount(key, interner.labels(object.meta().labels())));
  }
}
