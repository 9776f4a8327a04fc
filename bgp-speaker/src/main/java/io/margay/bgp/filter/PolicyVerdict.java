package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;

/** What a policy says about a route, and which part of it said so. */
public sealed interface PolicyVerdict {
  /** Which part of the policy decided. */
  PolicyReason reason();

  /** The route passes, with these attributes. */
  record Accept(Attributes attributes, PolicyReason reason) implements PolicyVerdict {}

  /** The route does not pass. */
  record Reject(PolicyReason reason) implements PolicyVerdict {}
}
