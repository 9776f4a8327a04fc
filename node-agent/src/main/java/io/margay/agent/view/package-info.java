/**
 * What margayctl shows of a running agent, as maps that JSON is made of; the order of their keys is
 * the order in which they are shown.
 *
 * <p>Pure; whoever is asked for them, {@code run}, brings what they are made of. Tables are drawn
 * in ctl.
 */
@NullMarked
package io.margay.agent.view;

import org.jspecify.annotations.NullMarked;
