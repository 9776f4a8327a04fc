package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;

/** The answer to a wish for an address. */
public sealed interface AssignResult {
  /**
   * The address is stored as this handle's.
   *
   * @param block the block that it is in
   * @param pool name of the pool around the block
   * @param borrowed the block is another node's; its address needs a route of its own
   */
  record Assigned(Ip ip, Prefix block, String pool, boolean borrowed) implements AssignResult {}

  /** No address was given; nothing of this request stays in the store, as far as it answers. */
  record Refused(Refusal why) implements AssignResult {}
}
