/**
 * What is true against a real API server: the agent's reads, writes and watches, its rights, and
 * how far the lab's embedded server is from it.
 *
 * <p>How that server is built and started is in tests/cluster.
 */
@NullMarked
package io.margay.e2e;

import org.jspecify.annotations.NullMarked;
