package io.margay.policy.model;

import io.margay.foundation.addr.Prefix;

/**
 * Addresses of workloads, as far as masquerading is concerned. Disabled pools count; pools for load
 * balancers only do not.
 *
 * @param natOutgoing what leaves all pools gets the node's address
 */
public record AddressPool(Prefix cidr, boolean natOutgoing) {}
