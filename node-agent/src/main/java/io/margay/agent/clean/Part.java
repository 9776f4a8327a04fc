package io.margay.agent.clean;

import java.util.List;
import java.util.Map;

/** Things of one kind. Used by one thread, once: found, and then taken away or not. */
interface Part {
  /** For errors: what is looked at here. */
  String name();

  /** What is there of ours. Changes nothing. */
  List<Item> find();

  /**
   * Takes away what was found; what is gone already is well.
   *
   * @return what stays, each with the reason
   */
  Map<Item, String> remove();
}
