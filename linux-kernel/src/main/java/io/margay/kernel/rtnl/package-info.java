/**
 * Routes, links, addresses, neighbours and rules as records, the requests that make them, and the
 * bytes of both ({@code linux/rtnetlink.h}, {@code if_link.h}, {@code neighbour.h}).
 *
 * <p>Sockets that carry them are in {@code netlink}. Which routes are ours is known by
 * route-programmer.
 */
@NullMarked
package io.margay.kernel.rtnl;

import org.jspecify.annotations.NullMarked;
