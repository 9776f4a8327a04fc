/**
 * Policy as one value in, one value out: changes of the cluster in, changes of chains and sets out.
 *
 * <p>The parts are in {@code policy.index} and {@code policy.render}; what drives this, and brings
 * the result into the kernel, is node-agent with {@code policy.apply}.
 */
@NullMarked
package io.margay.policy.engine;

import org.jspecify.annotations.NullMarked;
