/**
 * Time as a parameter: clocks and schedulers as interfaces, and a virtual time that tests drive.
 *
 * <p>Nothing here reads the system's clock; the implementation that does is in node-agent.
 */
@NullMarked
package io.margay.foundation.time;

import org.jspecify.annotations.NullMarked;
