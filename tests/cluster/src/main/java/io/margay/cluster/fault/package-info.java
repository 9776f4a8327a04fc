/**
 * An API server that misbehaves: a proxy before a real one that answers in its place, is slow, or
 * cuts connections.
 *
 * <p>Killing and pausing the server itself is in {@code cluster.Component}.
 */
@NullMarked
package io.margay.cluster.fault;

import org.jspecify.annotations.NullMarked;
