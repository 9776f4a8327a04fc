package io.margay.agent.start;

import java.util.EnumSet;
import java.util.Set;

/** How far the agent has come up. A state holds what is true only in it. */
public sealed interface Phase {
  /**
   * The API server's objects are not all here yet. What an earlier agent left in the kernel runs.
   */
  record Syncing() implements Phase {}

  /**
   * What the image asks for is on its way into the kernel; nothing is deleted yet.
   *
   * @param missing parts that are not there yet
   */
  record Programming(Set<Part> missing) implements Phase {
    public Programming {
      missing = Set.copyOf(missing);
    }
  }

  /** CNI serves and BGP speaks; routes of before stay until the peers have told theirs. */
  record Recovering() implements Phase {}

  /** All holds are released. */
  record Ready() implements Phase {}

  /** What has to be in the kernel before a pod may be served. */
  enum Part {
    POLICY("policy"),
    TUNNELS("tunnels"),
    ROUTES("local routes");

    private final String words;

    Part(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }

    static Set<Part> all() {
      return EnumSet.allOf(Part.class);
    }
  }

  /** What it waits for, for health and logs; a sentence without its end. */
  default String waitsFor() {
    return switch (this) {
      case Syncing _ -> "waits for the objects of the API server";
      case Programming(Set<Part> missing) ->
          "waits until "
              + String.join(", ", missing.stream().sorted().map(Part::words).toList())
              + " is in the kernel";
      case Recovering _ -> "waits until BGP peers have told all their routes";
      case Ready _ -> "ready";
    };
  }
}
