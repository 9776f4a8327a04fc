package io.margay.cni.server;

import java.util.Map;
import java.util.Optional;

/**
 * What the binary asks in the place of {@code calico-node} (exec probes, preStop), from the moment
 * that the socket is open. Called by many virtual threads.
 */
public interface NodeState {
  /** The answer to a probe. */
  Verdict ask(Question question);

  /** What start-up waits for, for the texts of requests that came too early. */
  String startingUp();

  /** Which flag {@code calico-node} was started with. */
  enum Question {
    /** The speaker lives. */
    BIRD_LIVE("bird-live"),
    BIRD6_LIVE("bird6-live"),
    /** Sessions are established, by Calico's rule; the reason names those that are not. */
    BIRD_READY("bird-ready"),
    BIRD6_READY("bird6-ready"),
    /** preStop: mark the node's network as unavailable. */
    SHUTDOWN("shutdown");

    private static final Map<String, Question> BY_FLAG =
        Map.of(
            BIRD_LIVE.flag, BIRD_LIVE,
            BIRD6_LIVE.flag, BIRD6_LIVE,
            BIRD_READY.flag, BIRD_READY,
            BIRD6_READY.flag, BIRD6_READY,
            SHUTDOWN.flag, SHUTDOWN);

    private final String flag;

    Question(String flag) {
      this.flag = flag;
    }

    static Optional<Question> ofFlag(String flag) {
      return Optional.ofNullable(BY_FLAG.get(flag));
    }
  }

  /** Good, or why not. */
  sealed interface Verdict {
    record Good() implements Verdict {}

    /** The reason is printed behind Calico's text: {@code BGP not established with 10.0.0.1}. */
    record Bad(String reason) implements Verdict {}
  }
}
