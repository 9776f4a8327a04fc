package io.margay.lab.probe;

/** A connection that one pod may try with another. */
public record Flow(PodEndpoint from, PodEndpoint to, PodEndpoint.Door door) {
  @Override
  public String toString() {
    return from + " -> " + to + " " + door;
  }
}
