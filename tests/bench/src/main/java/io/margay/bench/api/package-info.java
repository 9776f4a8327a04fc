/**
 * What a large cluster costs an agent: time to its first whole image, memory, requests while
 * nothing happens; measured at a real API server, beside informers in Go.
 *
 * <p>How an API server is started is not here: that is {@code io.margay.cluster}.
 */
@NullMarked
package io.margay.bench.api;

import org.jspecify.annotations.NullMarked;
