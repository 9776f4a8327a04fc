package io.margay.policy.index;

import io.margay.policy.model.Protocol;
import io.margay.policy.selector.Selector;

/** What a set holds. Equal queries share one set. */
public sealed interface SetQuery {
  /** Whose addresses or ports. */
  Selector selector();

  /** The addresses of the workloads that are selected. */
  record Addresses(Selector selector) implements SetQuery {}

  /** Address and port of each selected workload that has a port of this name and protocol. */
  record NamedPort(Selector selector, Protocol protocol, String name) implements SetQuery {}
}
