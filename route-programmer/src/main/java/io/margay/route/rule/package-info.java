/**
 * Policy rules that lead to tables of ours (ip-rule(8)), as a target of the reconciler.
 *
 * <p>The routes of these tables are {@code target}'s.
 */
@NullMarked
package io.margay.route.rule;

import org.jspecify.annotations.NullMarked;
