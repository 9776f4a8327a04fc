/**
 * What the node itself needs so that pods' packets get through: settings of the kernel, an end to
 * the connections of pods that are gone, and news to neighbours of an address that came.
 *
 * <p>Routes, tunnels and policy are reconciled elsewhere ({@code run}); a pod's pair is made in
 * cni-plugin.
 */
@NullMarked
package io.margay.agent.host;

import org.jspecify.annotations.NullMarked;
