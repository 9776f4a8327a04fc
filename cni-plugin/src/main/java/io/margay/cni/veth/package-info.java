/**
 * The pair of devices between a container and its node, as Calico makes it: no bridge, a /32 or
 * /128, the next hop 169.254.1.1 which the node answers for.
 *
 * <p>Which addresses and when the node's end comes up is decided in {@code io.margay.cni.verb}; the
 * node's routes to the container are route-programmer's.
 */
@NullMarked
package io.margay.cni.veth;

import org.jspecify.annotations.NullMarked;
