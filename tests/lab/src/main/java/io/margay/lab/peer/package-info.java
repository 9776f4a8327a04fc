/**
 * The configuration of the routers that are not ours: FRR, BIRD and GoBGP, and what they say about
 * their sessions.
 *
 * <p>The nodes that run the agent are in kubelet.
 */
@NullMarked
package io.margay.lab.peer;

import org.jspecify.annotations.NullMarked;
