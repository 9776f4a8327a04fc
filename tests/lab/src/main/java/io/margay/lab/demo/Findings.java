package io.margay.lab.demo;

import java.util.ArrayList;
import java.util.List;

/** What was not as expected. Any thread may add. */
final class Findings {
  private static final int MOST = 200;

  private final List<String> all = new ArrayList<>();

  synchronized void add(String finding) {
    if (all.size() < MOST) {
      all.add(finding);
    }
  }

  synchronized List<String> all() {
    return List.copyOf(all);
  }
}
