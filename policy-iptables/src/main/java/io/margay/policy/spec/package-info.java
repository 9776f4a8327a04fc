/**
 * Policies as people write them, read from trees: every field checked, every refusal with its path.
 *
 * <p>What a policy means for packets is not here: {@code policy.convert} makes the model of it.
 */
@NullMarked
package io.margay.policy.spec;

import org.jspecify.annotations.NullMarked;
