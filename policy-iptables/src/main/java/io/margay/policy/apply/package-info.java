/**
 * Chains and sets in the kernel: reading what is there, writing what should be, hearing what others
 * change.
 *
 * <p>What should be there is decided in {@code policy.render}; which programs and sockets do it is
 * in {@code kernel.netfilter}.
 */
@NullMarked
package io.margay.policy.apply;

import org.jspecify.annotations.NullMarked;
