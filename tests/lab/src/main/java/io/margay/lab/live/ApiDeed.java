package io.margay.lab.live;

import io.margay.cluster.ControlPlane;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be done to a real API server from outside, to see how agents bear it. */
public enum ApiDeed {
  /** kill -9. */
  KILL,
  /** After {@link #KILL}: with what was stored before, ready when this returns. */
  START,
  /** SIGSTOP: it keeps its connections and says nothing. */
  PAUSE,
  RESUME,
  /** etcd forgets all versions but the last. */
  COMPACT;

  /**
   * What was typed.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static ApiDeed named(String word) {
    return Arrays.stream(values())
        .filter(deed -> deed.word().equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "api "
                    + word
                    + ": expected one of "
                    + Arrays.stream(values())
                        .map(ApiDeed::word)
                        .collect(Collectors.joining(", "))));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Does it.
   *
   * @throws IllegalStateException when the server is not in the state for it
   */
  public void doTo(ControlPlane plane) throws InterruptedException {
    switch (this) {
      case KILL -> plane.apiServer().kill();
      case START -> {
        plane.apiServer().start();
        plane.awaitReady();
      }
      case PAUSE -> plane.apiServer().pause();
      case RESUME -> plane.apiServer().resume();
      case COMPACT -> plane.compact();
    }
  }
}
