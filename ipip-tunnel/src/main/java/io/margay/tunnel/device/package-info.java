/**
 * Tunnel devices as they are in the kernel: {@code tunl0} of the kernel's ipip or of the forwarder,
 * with its address, MTU and state.
 *
 * <p>Who moves the packets of a TUN is in {@code control} and {@code forwarder}; routes through the
 * devices belong to {@code io.margay.route}.
 */
@NullMarked
package io.margay.tunnel.device;

import org.jspecify.annotations.NullMarked;
