package io.margay.agent.health;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** All parts with their states. Any thread may ask and add. */
public final class Health {
  private final List<Part> parts = new CopyOnWriteArrayList<>();

  public void add(Part part) {
    parts.add(part);
  }

  public Report liveness() {
    return report("live", Part.State::live);
  }

  public Report readiness() {
    return report("ready", Part.State::ready);
  }

  /**
   * An answer to a probe.
   *
   * @param good whether every part is
   * @param text a line a part
   */
  public record Report(boolean good, String text) {}

  private Report report(String word, Predicate<Part.State> isGood) {
    var text = new StringBuilder();
    boolean good = true;
    for (Part part : parts) {
      Part.State state = part.state().get();
      boolean partGood = isGood.test(state);
      good &= partGood;
      text.append(
          String.format(
              "%-12s %-10s %s%n", part.name(), partGood ? word : "not " + word, state.detail()));
    }
    return new Report(good, text.toString());
  }
}
