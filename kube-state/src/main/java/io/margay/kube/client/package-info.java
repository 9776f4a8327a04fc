/**
 * The door to the API server: one request a method, parsed JSON in and out, outcomes that callers
 * have to tell apart as values.
 *
 * <p>Watching is in {@code kube.watch}; which objects are written and how they look is in {@code
 * kube.store} and {@code kube.status}.
 */
@NullMarked
package io.margay.kube.client;

import org.jspecify.annotations.NullMarked;
