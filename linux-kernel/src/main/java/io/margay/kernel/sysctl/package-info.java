/**
 * The kernel's settings under {@code /proc/sys}.
 *
 * <p>{@code net} there is the calling thread's network namespace: inside another one go through
 * {@code netns}.
 */
@NullMarked
package io.margay.kernel.sysctl;

import org.jspecify.annotations.NullMarked;
