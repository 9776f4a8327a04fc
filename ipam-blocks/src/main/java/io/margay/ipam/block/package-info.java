/**
 * What may be done to a block and to a handle, as functions: assign, release, count. They give the
 * objects that Calico's own functions would give.
 *
 * <p>Who owns a block is in {@code claim}; writing it is in {@code allocate}.
 */
@NullMarked
package io.margay.ipam.block;

import org.jspecify.annotations.NullMarked;
