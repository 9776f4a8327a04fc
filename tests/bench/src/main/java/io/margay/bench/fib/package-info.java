/**
 * How fast routes get into the kernel: the agent's way, as a process of its own, against a C
 * program that does nothing else.
 *
 * <p>The C program is {@code src/main/c/fibload.c}.
 */
@NullMarked
package io.margay.bench.fib;

import org.jspecify.annotations.NullMarked;
