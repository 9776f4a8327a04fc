package io.margay.foundation.tree;

import java.util.ArrayList;
import java.util.List;

/** All that is wrong in one document, in reading order. */
public final class Problems {
  private final List<Problem> all = new ArrayList<>();

  public void add(Problem problem) {
    all.add(problem);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  public List<Problem> all() {
    return List.copyOf(all);
  }
}
