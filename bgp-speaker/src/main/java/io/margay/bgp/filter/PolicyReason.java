package io.margay.bgp.filter;

import io.margay.foundation.addr.Prefix;

/** What gave a verdict; text is made where it is shown. */
public sealed interface PolicyReason {
  /** A rule of a BGPFilter, counted from 1. */
  record Rule(String filter, int rule) implements PolicyReason {}

  /** Inside a pool with disableBGPExport. */
  record PoolNotExported(Prefix pool) implements PolicyReason {}

  /** Leaves by a tunnel device whose routes another part of Calico spreads. */
  record TunnelInterface(String name) implements PolicyReason {}

  /** Is a block of this node. */
  record OwnBlock(Prefix block) implements PolicyReason {}

  /** Inside a block of this node, which covers it. */
  record InsideOwnBlock(Prefix block) implements PolicyReason {}

  /** Inside a block of this node, but better than an ordinary route (live migration). */
  record ElevatedInsideOwnBlock(Prefix block) implements PolicyReason {}

  /** A service's address or CIDR. */
  record ServicePrefix(Prefix prefix) implements PolicyReason {}

  /** Inside an enabled pool. */
  record EnabledPool(Prefix pool) implements PolicyReason {}

  /** No step of the built-in order wanted it. */
  record NothingMatched() implements PolicyReason {}

  /** The policy takes (or gives) all that no filter decided. */
  record AcceptedByDefault() implements PolicyReason {}

  /** The policy refuses all that no filter decided. */
  record RejectedByDefault() implements PolicyReason {}

  /** There is no policy, and a peer of another AS must have one (RFC 8212). */
  record NoPolicy() implements PolicyReason {}

  /** The policy gives own routes only, and this is one. */
  record Originated() implements PolicyReason {}

  /** The policy gives own routes only, and this is none. */
  record NotOriginated() implements PolicyReason {}
}
