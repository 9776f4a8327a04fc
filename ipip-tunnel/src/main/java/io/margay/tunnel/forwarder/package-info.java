/**
 * The forwarder process: IPIP from user space on a kernel without it. A TUN device, raw sockets, a
 * table; it outlives the agent that feeds it.
 *
 * <p>What it does to a packet is in {@code wire}; the agent's side of its socket is in {@code
 * control}. Address, MTU and state of the device are set by {@code device}.
 */
@NullMarked
package io.margay.tunnel.forwarder;

import org.jspecify.annotations.NullMarked;
