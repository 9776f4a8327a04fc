/**
 * What people write: manifests read strictly, and the pods that they ask for. Pure.
 *
 * <p>Pods are put on nodes and started in kubelet.
 */
@NullMarked
package io.margay.lab.manifest;

import org.jspecify.annotations.NullMarked;
