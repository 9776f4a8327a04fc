package io.margay.kube.client;

import java.util.Map;

/** What became of a write. */
public sealed interface Written {
  /** It is stored; the object as the server has it now. */
  record Done(Map<String, Object> object) implements Written {}

  /** The object is no longer the version, or the one, that the write named. */
  record Conflict(String text) implements Written {}

  /** A create met an object of this name. */
  record AlreadyExists() implements Written {}

  /** There is no such object. */
  record NotFound() implements Written {}
}
