/**
 * The socket that the shim calls: frames, the gate that opens when the agent can serve, the queue
 * of DELs that found nobody.
 *
 * <p>What a request means is in {@code io.margay.cni.protocol}, what it does in {@code
 * io.margay.cni.verb}.
 */
@NullMarked
package io.margay.cni.server;

import org.jspecify.annotations.NullMarked;
