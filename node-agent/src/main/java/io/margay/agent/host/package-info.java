/**
 * What the node itself needs so that pods' packets get through: settings of the kernel, and an end
 * to the connections of pods that are gone.
 *
 * <p>Routes, tunnels and policy are reconciled elsewhere ({@code run}); a pod's pair is made in
 * cni-plugin.
 */
@NullMarked
package io.margay.agent.host;

import org.jspecify.annotations.NullMarked;
