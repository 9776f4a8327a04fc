/**
 * What the parts of the speaker's core cost by themselves: time and heap for each route, measured
 * by JMH.
 *
 * <p>The methods that are measured are the module tests/jmh's. Whole speakers, beside others, are
 * {@code io.margay.bench.bgp}'s.
 */
@NullMarked
package io.margay.bench.jmh;

import org.jspecify.annotations.NullMarked;
