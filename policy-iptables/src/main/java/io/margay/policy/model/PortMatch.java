package io.margay.policy.model;

/** One entry of a rule's list of ports. */
public sealed interface PortMatch {
  /** All ports from the first to the last, both included. */
  record Range(int first, int last) implements PortMatch {
    public Range {
      if (first < 0 || last > 65535 || first > last) {
        throw new IllegalArgumentException("ports " + first + " to " + last);
      }
    }

    public boolean contains(int port) {
      return port >= first && port <= last;
    }

    @Override
    public String toString() {
      return first == last ? Integer.toString(first) : first + ":" + last;
    }
  }

  /** The port that each workload gives this name; it may be another number at each. */
  record Named(String name) implements PortMatch {
    @Override
    public String toString() {
      return name;
    }
  }
}
