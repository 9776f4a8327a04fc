package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.Optional;

/** Where a password is kept: a key of a Secret in the namespace of the node's own pod. */
public record SecretKey(String name, String key) {

  /** Reads {@code {secretKeyRef: {name, key}}}; empty when none is named. */
  static Optional<SecretKey> read(Tree password) {
    Tree reference = password.at("secretKeyRef");
    if (!reference.isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        new SecretKey(reference.at("name").requiredText(), reference.at("key").requiredText()));
  }
}
