/**
 * Who of many does what only one may do: a Lease object, and the machine by which an agent gets,
 * keeps and loses it. Values in, values out.
 *
 * <p>Asking the API server is done by {@code kube.store.LeaseStore}; what the winner does is the
 * agent's.
 */
@NullMarked
package io.margay.kube.lease;

import org.jspecify.annotations.NullMarked;
