/**
 * The forwarder process as its agent sees it: what is said on its socket, the client, the start,
 * and all of it as a Target.
 *
 * <p>The process itself is in {@code forwarder}; its device's address and state are set by {@code
 * device}.
 */
@NullMarked
package io.margay.tunnel.control;

import org.jspecify.annotations.NullMarked;
