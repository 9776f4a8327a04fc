package io.margay.bgp.fsm;

import io.margay.bgp.wire.OpenMessage;
import java.util.Optional;

/** A second connection to the same peer, beside the one that is furthest (RFC 4271, 6.8). */
public sealed interface Rival {
  /** There is none. */
  record None() implements Rival {}

  /** One is being dialled. */
  record Dialling() implements Rival {}

  /** It is up and waits for the peer's OPEN. */
  record Waiting(Link link) implements Rival {}

  /**
   * Beside a connection that our KEEPALIVE is on its way on, so that the peer may be established
   * there: nothing is said on this one before the peer has given up that one.
   *
   * @param open the peer's OPEN, if it has come
   */
  record Held(Link link, Optional<OpenMessage> open) implements Rival {}
}
