/**
 * Structured log lines: an event name, then key=value pairs.
 *
 * <p>Where lines go and what each looks like on the terminal is set up in node-agent.
 */
@NullMarked
package io.margay.foundation.log;

import org.jspecify.annotations.NullMarked;
