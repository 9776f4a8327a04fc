/**
 * Who is selected by what, kept up to date change by change: policies of local workloads, members
 * of sets. What it says after any history is what it would say had it started with the end.
 *
 * <p>How chains and sets look in the kernel is in {@code policy.render}.
 */
@NullMarked
package io.margay.policy.index;

import org.jspecify.annotations.NullMarked;
