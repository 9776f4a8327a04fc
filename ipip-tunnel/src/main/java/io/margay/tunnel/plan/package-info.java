/**
 * What a cluster's pools and nodes mean for one node's tunnels: the way to each destination, the
 * devices with their MTU, whether a tunnel address is wanted and whether the one there still fits.
 *
 * <p>Nothing here is done to the kernel: that is {@code device} and {@code forwarder}. Which route
 * is best is decided by the BGP speaker; who holds an address, by IPAM.
 */
@NullMarked
package io.margay.tunnel.plan;

import org.jspecify.annotations.NullMarked;
