package io.margay.kube.types;

import java.util.Map;
import java.util.Optional;

/** What is known of a Secret that somebody wants to read. */
public sealed interface SecretState {
  /**
   * The server has said nothing about it yet.
   *
   * @param trouble why, where that is known
   */
  record Unread(Optional<String> trouble) implements SecretState {}

  /** The server has none of this name, and had none since it was asked first. */
  record Absent() implements SecretState {}

  /**
   * It is there, or was.
   *
   * @param values by key, decoded; what is no base64 or no UTF-8 is left out
   * @param deleted these are the last ones that it had
   */
  record Present(Map<String, String> values, boolean deleted) implements SecretState {
    public Present {
      values = Map.copyOf(values);
    }

    /** The keys; no log shows the values. */
    @Override
    public String toString() {
      return "Present" + values.keySet() + (deleted ? ", deleted" : "");
    }
  }
}
