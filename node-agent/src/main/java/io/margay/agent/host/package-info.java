/**
 * What the node itself needs so that pods' packets get through: connections of pods that are gone
 * end. Shells with a thread each; what they do is said to them by the plan.
 *
 * <p>Routes, tunnels and policy are reconciled elsewhere ({@code run}); a pod's pair is made in
 * cni-plugin.
 */
@NullMarked
package io.margay.agent.host;

import org.jspecify.annotations.NullMarked;
