/**
 * The demonstration: each step shows something by the words of other programs and is checked.
 *
 * <p>It is driven by the daemon, whose parts it uses.
 */
@NullMarked
package io.margay.lab.demo;

import org.jspecify.annotations.NullMarked;
