/**
 * What benches need of the machine: rights and programs, a network namespace, a C compiler.
 *
 * <p>What runs there is not here: each subject has a package of its own.
 */
@NullMarked
package io.margay.bench.host;

import org.jspecify.annotations.NullMarked;
