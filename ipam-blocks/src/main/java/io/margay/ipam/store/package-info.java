/**
 * Calico's IPAM objects as values, and {@link io.margay.ipam.store.BlockStore}, the place where
 * they are kept. {@code kube.store} implements it; nothing else of ipam is seen from there.
 *
 * <p>What may be done to a block is in {@code block}; who may have one is in {@code claim}.
 */
@NullMarked
package io.margay.ipam.store;

import org.jspecify.annotations.NullMarked;
