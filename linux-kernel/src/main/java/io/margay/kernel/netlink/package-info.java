/**
 * Netlink sockets: batches of requests with an answer each, dumps, groups, and the kernel's words
 * from the extended ACK; {@code Rtnl} and {@code RtnlMonitor} speak of routes and links.
 *
 * <p>The bytes of messages are in {@code nlmsg} and {@code rtnl}, which see no socket.
 */
@NullMarked
package io.margay.kernel.netlink;

import org.jspecify.annotations.NullMarked;
