/**
 * Sockets that the JDK does not have: raw IP and TUN, in batches, on memory that is allocated once;
 * the one that ethtool(8) asks, and the one that sends Ethernet frames.
 *
 * <p>What the packets mean is not known here, but to the kernel's filters, which choose by a few of
 * their fields; tunnels are made of them in {@code io.margay.tunnel.forwarder}. Netlink sockets are
 * in {@code netlink}.
 */
@NullMarked
package io.margay.kernel.socket;

import org.jspecify.annotations.NullMarked;
