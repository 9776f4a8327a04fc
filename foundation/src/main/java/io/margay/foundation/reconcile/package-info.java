/**
 * The one loop that makes actual state equal to desired state: diff, hold, back-off, rate, resync.
 *
 * <p>Threads and sockets are not here: a Target in a subsystem does the work, a thread of
 * node-agent drives it.
 */
@NullMarked
package io.margay.foundation.reconcile;

import org.jspecify.annotations.NullMarked;
