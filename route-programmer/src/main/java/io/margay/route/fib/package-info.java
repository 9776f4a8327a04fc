/**
 * Routes as we want them, equal exactly when the kernel would make no difference; whose a route
 * found there is; and the way to and from the kernel's own form.
 *
 * <p>Making them real is in {@code target}.
 */
@NullMarked
package io.margay.route.fib;

import org.jspecify.annotations.NullMarked;
