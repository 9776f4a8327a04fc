/**
 * What the kernel has, as one immutable value: routes of the main table, devices, addresses; and
 * the way to an address over them.
 *
 * <p>It is kept true by {@code target.KernelWatch}.
 */
@NullMarked
package io.margay.route.view;

import org.jspecify.annotations.NullMarked;
