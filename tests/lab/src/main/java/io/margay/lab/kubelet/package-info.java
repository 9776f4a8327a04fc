/**
 * What stands in for kubelet and the container runtime: it starts the agent of a node, schedules
 * pods and runs their sandboxes through the CNI chain.
 *
 * <p>Manifests are read in manifest, traffic between pods is made in probe.
 */
@NullMarked
package io.margay.lab.kubelet;

import org.jspecify.annotations.NullMarked;
