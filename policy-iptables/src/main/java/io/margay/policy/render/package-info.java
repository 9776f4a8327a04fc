/**
 * The model as chains and sets: pure functions from what governs an endpoint to the text that
 * iptables-restore and ipset take. Equal input gives equal bytes.
 *
 * <p>Names, marks and order are Calico's, so that taking over from it, and giving back, is
 * adoption. Reading and writing the kernel is in {@code policy.apply}.
 */
@NullMarked
package io.margay.policy.render;

import org.jspecify.annotations.NullMarked;
