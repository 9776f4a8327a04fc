package io.margay.bgp.fsm;

/** A second connection to the same peer, beside the one that is furthest (RFC 4271, 6.8). */
public sealed interface Rival {
  /** There is none. */
  record None() implements Rival {}

  /** One is being dialled. */
  record Dialling() implements Rival {}

  /** It is up and waits for the peer's OPEN. */
  record Waiting(Link link) implements Rival {}
}
