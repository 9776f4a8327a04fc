/**
 * A Kubernetes control plane of a test's own: etcd, kube-apiserver and kube-controller-manager as
 * children, built from published modules when they are first needed.
 *
 * <p>What is asked of it is in tests/e2e; nodes and pods around it are in tests/lab.
 */
@NullMarked
package io.margay.cluster;

import org.jspecify.annotations.NullMarked;
