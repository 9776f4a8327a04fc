/**
 * What all benches share: names and how they are chosen, runs by turns with a peer, statistics, and
 * the line and the table that show them.
 *
 * <p>What is measured, and against whom, is not here: each subject has a package of its own.
 */
@NullMarked
package io.margay.bench.frame;

import org.jspecify.annotations.NullMarked;
