/**
 * Connections made and pings sent from inside the pods, and what came of them.
 *
 * <p>Whether they should have been possible is said in expect.
 */
@NullMarked
package io.margay.lab.probe;

import org.jspecify.annotations.NullMarked;
