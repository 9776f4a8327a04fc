/**
 * Benchmarks of the speaker's core by itself: bytes to runs, runs to routes, routes to bytes, for a
 * table like the default-free zone's. Each is a method that JMH measures; nanoseconds and bytes of
 * the heap are of one route.
 *
 * <p>How they are started and shown is {@code io.margay.bench.jmh}'s; speakers as whole processes,
 * beside others, are {@code io.margay.bench.bgp}'s.
 */
@NullMarked
package io.margay.jmh;

import org.jspecify.annotations.NullMarked;
