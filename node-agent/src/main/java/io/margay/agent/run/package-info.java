/**
 * Threads and wiring: the main program, one loop a reconciler, the agent's shutdown.
 *
 * <p>Decisions are made in {@code stage} and {@code start}.
 */
@NullMarked
package io.margay.agent.run;

import org.jspecify.annotations.NullMarked;
