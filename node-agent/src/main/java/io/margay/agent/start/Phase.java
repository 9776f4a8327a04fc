package io.margay.agent.start;

import java.util.EnumSet;
import java.util.Set;

/** How far the agent has come up. A state holds what is true only in it. */
public sealed interface Phase {
  /**
   * The API server's objects are not all here yet. What an earlier agent left in the kernel runs.
   *
   * @param live the image is the cluster's; only this node's own part of it is waited for
   */
  record Syncing(boolean live) implements Phase {}

  /**
   * What the image asks for is on its way into the kernel; nothing is deleted yet.
   *
   * @param missing parts that are not there yet
   * @param live false while the image is the last one that was seen, from the disk
   */
  record Programming(Set<Part> missing, boolean live) implements Phase {
    public Programming {
      missing = Set.copyOf(missing);
    }
  }

  /**
   * CNI serves and BGP speaks. What was there before stays until the peers have told their routes
   * and the image is the cluster's.
   *
   * @param live false while the image is the last one that was seen, from the disk
   * @param recovered the peers have told all their routes
   */
  record Recovering(boolean live, boolean recovered) implements Phase {}

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
      case Programming(Set<Part> missing, boolean _) ->
          "waits until "
              + String.join(", ", missing.stream().sorted().map(Part::words).toList())
              + " is in the kernel";
      case Recovering(boolean live, boolean _) ->
          live
              ? "waits until BGP peers have told all their routes"
              : "serves the cluster as it was last seen, deletes nothing, waits for the API server";
      case Ready _ -> "ready";
    };
  }
}
