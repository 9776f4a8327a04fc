package io.margay.agent.api;

/** What the agent says to a question. */
public sealed interface Answer {
  /** A value that Jackson can write: records, lists, maps. */
  record Value(Object value) implements Answer {}

  /** The question cannot be answered; a sentence that says why and what to do. */
  record Refused(String why) implements Answer {}
}
