/**
 * What the node writes about itself and its pods, the objects that a fresh cluster lacks, and
 * single reads for callers that cannot wait for the image.
 *
 * <p>IPAM's objects are in {@code kube.store}. When to write what is decided in node-agent.
 */
@NullMarked
package io.margay.kube.status;

import org.jspecify.annotations.NullMarked;
