/**
 * Liveness and readiness over HTTP as Felix serves them, a line for each part.
 *
 * <p>What decides that a part is well is said by the part itself.
 */
@NullMarked
package io.margay.agent.health;

import org.jspecify.annotations.NullMarked;
