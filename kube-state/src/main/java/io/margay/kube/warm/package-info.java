/**
 * Keeps the last image of the cluster on disk, so that an agent that starts while the API server is
 * away has something to go by. One file, a line an object, with a checksum at its end.
 *
 * <p>When it is used is decided by {@code kube.watch}; how long it may be trusted, by the agent.
 */
@NullMarked
package io.margay.kube.warm;

import org.jspecify.annotations.NullMarked;
