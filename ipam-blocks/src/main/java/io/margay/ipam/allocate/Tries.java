package io.margay.ipam.allocate;

/** How often a compare-and-swap is tried. */
final class Tries {
  /** Calico's datastoreRetries; without a pause, for whoever wins has made progress. */
  static final int MOST = 100;

  private Tries() {}
}
