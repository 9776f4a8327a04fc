/**
 * Where margayctl gets its answers: the agent's local socket.
 *
 * <p>What is asked is in {@code verb}, how it looks in {@code print}.
 */
@NullMarked
package io.margay.ctl.source;

import org.jspecify.annotations.NullMarked;
