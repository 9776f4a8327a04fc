/**
 * The cluster as one immutable value, and what changed from one version to the next. {@link
 * io.margay.kube.image.ImageBuilder} folds what the watches tell into it.
 *
 * <p>Where the events come from is in {@code kube.watch}; how one object is read is in {@code
 * kube.types}.
 */
@NullMarked
package io.margay.kube.image;

import org.jspecify.annotations.NullMarked;
