/**
 * What the operator sets: every key with its default, range and meaning, read once into one record.
 *
 * <p>Settings of the cluster (IPPools, BGPConfiguration) are objects and are read by kube-state.
 */
@NullMarked
package io.margay.agent.config;

import org.jspecify.annotations.NullMarked;
