package io.margay.agent.chore;

/** The time for which this agent is elected. Any thread may ask. */
public interface Term {
  /** False while another agent could be the elected one, and for ever once that was noticed. */
  boolean holds();
}
