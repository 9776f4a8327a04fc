/**
 * Children of ours: a program with arguments, a time limit and what it said; and long-lived ones.
 *
 * <p>What the programs are asked to do belongs to the module that asks; this is the only place that
 * starts a process.
 */
@NullMarked
package io.margay.kernel.process;

import org.jspecify.annotations.NullMarked;
