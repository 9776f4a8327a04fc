/**
 * A lab that runs: its files, its parts, and what can be done with it.
 *
 * <p>The process that holds it and the socket by which it is reached are in daemon.
 */
@NullMarked
package io.margay.lab.live;

import org.jspecify.annotations.NullMarked;
