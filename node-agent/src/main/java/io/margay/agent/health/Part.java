package io.margay.agent.health;

import java.util.function.Supplier;

/**
 * One part of the agent that can be well or not.
 *
 * @param name as the health page shows it
 * @param state asked at each probe; must not block
 */
public record Part(String name, Supplier<State> state) {
  /**
   * How a part is.
   *
   * @param live false: only a restart helps
   * @param ready false: the node should get no new pods yet
   * @param detail what it does or waits for, one line
   */
  public record State(boolean live, boolean ready, String detail) {
    public static State ready(String detail) {
      return new State(true, true, detail);
    }

    public static State waiting(String detail) {
      return new State(true, false, detail);
    }

    public static State dead(String detail) {
      return new State(false, false, detail);
    }
  }
}
