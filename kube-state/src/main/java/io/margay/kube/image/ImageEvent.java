package io.margay.kube.image;

import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.Map;

/** What a watch tells. */
public sealed interface ImageEvent {
  /** Which object or kind it is about, for logs: {@code IPPool "east"}. */
  default String about() {
    return switch (this) {
      case Seen(Kind kind, ObjectKey key, Map<String, Object> _) -> kind.name(key);
      case Gone(Kind kind, ObjectKey key) -> kind.name(key);
      case Synced(Kind kind) -> kind.word();
      case Unserved(Kind kind) -> kind.word();
      case Remembered _ -> "the image on disk";
    };
  }

  /**
   * An object as it is now; the same may be told again.
   *
   * @param object parsed JSON: maps, lists and scalars
   */
  record Seen(Kind kind, ObjectKey key, Map<String, Object> object) implements ImageEvent {}

  /** An object is gone. */
  record Gone(Kind kind, ObjectKey key) implements ImageEvent {}

  /** All objects of the kind have been told at least once: what is not told yet is none. */
  record Synced(Kind kind) implements ImageEvent {}

  /** The server does not serve the kind, which the node can do without: there are none. */
  record Unserved(Kind kind) implements ImageEvent {}

  /**
   * The cluster as it was when the node last saw it. It stands in for the objects of kinds that are
   * not in sync, where nothing newer is known; each is gone if the watch does not tell it.
   */
  record Remembered(ClusterImage image) implements ImageEvent {}
}
