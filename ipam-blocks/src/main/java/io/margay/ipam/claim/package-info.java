/**
 * Who has a block: the protocol over two objects, block and affinity, that no transaction joins,
 * and the choice of the next block to claim.
 *
 * <p>Machines only; {@code allocate} runs their actions against the store.
 */
@NullMarked
package io.margay.ipam.claim;

import org.jspecify.annotations.NullMarked;
