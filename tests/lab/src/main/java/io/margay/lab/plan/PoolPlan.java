package io.margay.lab.plan;

import io.margay.foundation.addr.Prefix;

/** An IP pool: IPIP between subnets with masquerading to the outside, or plain routing. */
public record PoolPlan(String name, Prefix cidr, boolean ipip) {}
