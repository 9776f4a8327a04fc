/**
 * Gives addresses and takes them back, for all pods and tunnels of one node at a time: group commit
 * on blocks, handles, claims of new blocks, all over a {@code BlockStore}.
 *
 * <p>What an assignment does to a block is in {@code block}, how a block is claimed in {@code
 * claim}; finding what was leaked is in {@code collect}.
 */
@NullMarked
package io.margay.ipam.allocate;

import org.jspecify.annotations.NullMarked;
