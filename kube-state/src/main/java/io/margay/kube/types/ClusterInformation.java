package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.Optional;

/**
 * What Calico knows of the cluster; the one object {@code default}.
 *
 * @param datastoreReady false while the data is being moved: CNI then refuses ADD
 */
public record ClusterInformation(
    String name,
    String clusterGuid,
    String clusterType,
    String calicoVersion,
    Optional<Boolean> datastoreReady) {

  /** Reads the cluster's information. */
  public static Optional<ClusterInformation> read(StoredObject object) {
    Tree spec = object.spec();
    Tree ready = spec.at("datastoreReady");
    return Optional.of(
        new ClusterInformation(
            object.meta().name(),
            spec.at("clusterGUID").text(""),
            spec.at("clusterType").text(""),
            spec.at("calicoVersion").text(""),
            ready.isPresent() ? Optional.of(ready.flag(true)) : Optional.empty()));
  }
}
