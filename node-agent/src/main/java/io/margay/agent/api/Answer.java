package io.margay.agent.api;

import java.util.Iterator;

/** What the agent says to a question. */
public sealed interface Answer {
  /** A value that Jackson can write: records, lists, maps. */
  record Value(Object value) implements Answer {}

  /**
   * A list of such values, made while it is sent: a long one needs little memory here. A row that
   * cannot be made (the iterator throws) ends the answer with that error.
   */
  record Rows(Iterator<?> rows) implements Answer {}

  /** The question cannot be answered; a sentence that says why and what to do. */
  record Refused(String why) implements Answer {}
}
