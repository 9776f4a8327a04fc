/**
 * Watches the cluster: fabric8's informers hand objects to the {@code image} thread, which
 * publishes an image and a delta for each burst. The objects themselves are not kept.
 *
 * <p>How objects become records is in {@code kube.types}, how records become an image in {@code
 * kube.image}. Writing is done by {@code kube.store} and {@code kube.status}.
 */
@NullMarked
package io.margay.kube.watch;

import org.jspecify.annotations.NullMarked;
