/**
 * What becomes of a flow, and which rules of which policies led there: from the model alone, not
 * from what is in the kernel.
 *
 * <p>How the same rules look in the kernel is in {@code policy.render}; tests hold the two against
 * each other.
 */
@NullMarked
package io.margay.policy.trace;

import org.jspecify.annotations.NullMarked;
