/**
 * What the userspace forwarder does to a packet: headers put on and taken off as the kernel's ipip
 * does it, destinations and sources looked up. Works on buffers and ints; allocates nothing.
 *
 * <p>Reading and sending are in {@code forwarder}; where the table comes from is in {@code plan}.
 */
@NullMarked
package io.margay.tunnel.wire;

import org.jspecify.annotations.NullMarked;
