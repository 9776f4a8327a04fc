package io.margay.kube.image;

import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.Map;

/** What a watch tells. */
public sealed interface ImageEvent {
  /**
   * An object as it is now; the same may be told again.
   *
   * @param object parsed JSON: maps, lists and scalars
   */
  record Seen(Kind kind, ObjectKey key, Map<String, Object> object) implements ImageEvent {}

  /** An object is gone. */
  record Gone(Kind kind, ObjectKey key) implements ImageEvent {}

  /** All objects of the kind have been told at least once. */
  record Synced(Kind kind) implements ImageEvent {}
}
