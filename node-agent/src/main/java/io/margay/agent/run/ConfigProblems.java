package io.margay.agent.run;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.tree.Problem;
import java.util.List;

/** Says what was wrong in the environment, a line each. */
final class ConfigProblems {
  private static final EventLog LOG = EventLog.of(ConfigProblems.class);

  private ConfigProblems() {}

  static void tell(List<Problem> problems) {
    for (Problem problem : problems) {
      LOG.warn(
          "config.invalid",
          "variable",
          problem.path(),
          "found",
          bare(problem.found()),
          "expected",
          problem.expected());
    }
  }

  /** A log line quotes by itself what needs it. */
  private static String bare(String found) {
    boolean quoted = found.length() >= 2 && found.startsWith("\"") && found.endsWith("\"");
    return quoted ? found.substring(1, found.length() - 1) : found;
  }
}
