/**
 * What a dump of the kernel's routes holds for us: ours, whoever of us made them, and foreign ones.
 *
 * <p>The rule itself is {@code fib.Ownership}; the dump is made in {@code target}.
 */
@NullMarked
package io.margay.route.adopt;

import org.jspecify.annotations.NullMarked;
