/**
 * BIRD's control language, as much of it as calicoctl, CalicoNodeStatus readers and bird_exporter
 * speak: commands in, BIRD 1.6's lines out.
 *
 * <p>The socket is {@code api}'s.
 */
@NullMarked
package io.margay.agent.bird;

import org.jspecify.annotations.NullMarked;
