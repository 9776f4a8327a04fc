package io.margay.bgp.fsm;

import java.util.ArrayList;
import java.util.List;

/** Where a machine goes, and what is to be done on the way. */
public record Step(SessionState next, List<SessionAction> actions) {
  public Step {
    actions = List.copyOf(actions);
  }

  static Step to(SessionState next, SessionAction... actions) {
    return new Step(next, List.of(actions));
  }

  /** This step with more to do at its end. */
  Step then(SessionAction... more) {
    var all = new ArrayList<>(actions);
    all.addAll(List.of(more));
    return new Step(next, all);
  }

  /** This step with something to do before all else. */
  Step after(List<SessionAction> first) {
    var all = new ArrayList<>(first);
    all.addAll(actions);
    return new Step(next, all);
  }
}
