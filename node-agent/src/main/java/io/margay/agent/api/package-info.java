/**
 * The local socket on which margayctl and the probes ask the running agent.
 *
 * <p>What is answered are views of the subsystems; health over HTTP is in {@code health}.
 */
@NullMarked
package io.margay.agent.api;

import org.jspecify.annotations.NullMarked;
