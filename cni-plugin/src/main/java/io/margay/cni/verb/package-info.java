/**
 * What CNI's commands do: ADD, DEL, CHECK, STATUS, GC, and the interfaces through which they ask
 * the rest of the agent.
 *
 * <p>How requests are read is in {@code io.margay.cni.protocol}, what happens to a network
 * namespace in {@code io.margay.cni.veth}; who knows pods, policies and routes is node-agent.
 */
@NullMarked
package io.margay.cni.verb;

import org.jspecify.annotations.NullMarked;
