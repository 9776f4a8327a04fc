/**
 * What the kernel has, as one immutable value: routes of the main table as far as somebody asks for
 * them, devices, addresses.
 *
 * <p>It is kept true by {@code target.KernelWatch}.
 */
@NullMarked
package io.margay.route.view;

import org.jspecify.annotations.NullMarked;
