/**
 * The order in which the agent comes up, and what each hold waits for, as a machine.
 *
 * <p>What the steps do is in {@code run}.
 */
@NullMarked
package io.margay.agent.start;

import org.jspecify.annotations.NullMarked;
