/**
 * Where routes get real: the target of the reconciler, and the watch over what others change.
 *
 * <p>What a route is and whose it is stands in {@code fib}; the loop itself in
 * foundation.reconcile.
 */
@NullMarked
package io.margay.route.target;

import org.jspecify.annotations.NullMarked;
