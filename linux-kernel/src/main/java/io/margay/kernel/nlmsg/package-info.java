/**
 * Netlink messages as bytes: a writer, a cursor that survives any input, and what a request is.
 *
 * <p>Sockets are in {@code netlink}; what routes and links look like is in {@code rtnl}.
 */
@NullMarked
package io.margay.kernel.nlmsg;

import org.jspecify.annotations.NullMarked;
