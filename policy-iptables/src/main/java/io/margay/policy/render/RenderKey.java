package io.margay.policy.render;

/** Names one thing that policy has in the kernel. */
public sealed interface RenderKey permits ChainKey, SetName {}
