/**
 * Policy as values: tiers, policies, rules, profiles, workloads, pools; and all of them at one
 * moment as a PolicyWorld.
 *
 * <p>Fit for Calico's own policies as well as Kubernetes'. How Kubernetes' objects become these is
 * in {@code policy.convert}; who is selected by what, in {@code policy.index}.
 */
@NullMarked
package io.margay.policy.model;

import org.jspecify.annotations.NullMarked;
