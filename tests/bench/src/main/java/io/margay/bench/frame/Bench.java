package io.margay.bench.frame;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures that are taken together: one run of each side has a value for all of them. */
public interface Bench {
  /** The word that the names of its measures start with. */
  String name();

  /** Who is measured beside us; empty for parts of ours that no other program has. */
  Optional<String> peer();

  List<Measure> measures();

  /** How often each side runs where nobody says: the best counts, and five give it a chance. */
  default int runs() {
    return 5;
  }

  /** What this machine lacks for it and how to get it; empty when it can run. */
  Optional<String> obstacle();

  /** Makes what the runs need; it goes when that is closed, and when this process ends. */
  Course open();

  /** Where ours and the peer run by turns, under the same conditions. */
  interface Course extends AutoCloseable {
    /** One run of ours; a value for each measure, by its name. */
    Map<String, Double> ours();

    /** One run of the peer, if there is one; a value for each measure, by its name. */
    Map<String, Double> theirs();

    @Override
    void close();
  }
}
