/**
 * Calico's IPAM objects in the API server: {@link io.margay.kube.store.KubeBlockStore} is the place
 * that ipam-blocks asks for.
 *
 * <p>How the objects look is in {@code kube.types} (IpamReader, IpamWriter); what may be done to
 * them is ipam's business.
 */
@NullMarked
package io.margay.kube.store;

import org.jspecify.annotations.NullMarked;
