package io.margay.lab.manifest;

import io.margay.foundation.tree.Problem;
import io.margay.lab.cluster.StoredObject;
import java.util.List;

/**
 * What was read from some files.
 *
 * @param objects what the lab can do something with, in the order of the documents
 * @param skipped what it leaves alone: {@code ConfigMap "settings" (shop.yaml)}
 * @param problems what is wrong; when there is anything, nothing should be applied
 */
public record Manifests(List<StoredObject> objects, List<String> skipped, List<Problem> problems) {
  public Manifests {
    objects = List.copyOf(objects);
    skipped = List.copyOf(skipped);
    problems = List.copyOf(problems);
  }
}
