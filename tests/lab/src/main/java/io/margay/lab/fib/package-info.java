/**
 * What {@code ip -j} says of a machine's routes, and what should stand there. Pure.
 *
 * <p>The product's own idea of its routes does not matter here.
 */
@NullMarked
package io.margay.lab.fib;

import org.jspecify.annotations.NullMarked;
