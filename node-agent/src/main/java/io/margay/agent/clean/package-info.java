/**
 * {@code margayctl node cleanup}: finds what is ours on a node, says why it counts as ours, and
 * takes it away. A program of its own, since it is wanted when the agent is gone.
 *
 * <p>What makes a route, a chain or a device ours is decided in the subsystems; here it is asked.
 */
@NullMarked
package io.margay.agent.clean;

import org.jspecify.annotations.NullMarked;
