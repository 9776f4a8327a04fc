/**
 * One class a command of margayctl.
 *
 * <p>The values come from the agent; nothing is computed here that the agent could have said.
 */
@NullMarked
package io.margay.ctl.verb;

import org.jspecify.annotations.NullMarked;
