/**
 * Pure functions from the cluster's image, this node's state and the kernel's facts to what each
 * subsystem should have.
 *
 * <p>The only code that names two subsystems' types; it runs nothing, {@code run} does.
 */
@NullMarked
package io.margay.agent.stage;

import org.jspecify.annotations.NullMarked;
