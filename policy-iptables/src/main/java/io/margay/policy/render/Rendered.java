package io.margay.policy.render;

/** One thing that policy has in the kernel. */
public sealed interface Rendered permits Chain, SetSpec {}
