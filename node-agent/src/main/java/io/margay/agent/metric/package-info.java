/**
 * The Prometheus registry and its page; binds the values that the subsystems offer.
 *
 * <p>Values are counted where they arise.
 */
@NullMarked
package io.margay.agent.metric;

import org.jspecify.annotations.NullMarked;
