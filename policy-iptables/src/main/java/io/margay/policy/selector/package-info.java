/**
 * Calico's selector language: parsed with the position of each error, evaluated on labels, printed
 * in the canonical form that names ipsets.
 *
 * <p>Who has which labels is in {@code policy.index}; the Kubernetes label selectors, which have
 * another grammar, are read in {@code policy.spec} and turned into these in {@code policy.convert}.
 */
@NullMarked
package io.margay.policy.selector;

import org.jspecify.annotations.NullMarked;
