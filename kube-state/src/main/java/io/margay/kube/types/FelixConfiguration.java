package io.margay.kube.types;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Settings of the dataplane as they were written; node-agent reads those that it knows.
 *
 * @param name {@code default}, {@code node.NAME}, or any other with a selector
 * @param nodeSelector the nodes that an object of another name is for; empty where none is given
 * @param settings by field name, without the selector; not to be changed
 */
public record FelixConfiguration(String name, String nodeSelector, Map<String, Object> settings) {

  /** Reads settings; refuses a spec that is no object. */
  public static Optional<FelixConfiguration> read(StoredObject object) {
    var settings = new TreeMap<String, Object>();
    object.spec().entries().forEach((key, tree) -> tree.raw().ifPresent(v -> settings.put(key, v)));
    settings.remove("nodeSelector");
    return Optional.of(
        new FelixConfiguration(
            object.meta().name(),
            object.spec().at("nodeSelector").text(""),
            Collections.unmodifiableMap(settings)));
  }
}
