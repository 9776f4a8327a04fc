/**
 * What goes over standard input, environment and standard output of a CNI plugin: requests, results
 * and errors of the specification's versions 0.1.0 to 1.1.0, and Calico's network configuration
 * keys. Values in, values out.
 *
 * <p>What a request does is in {@code io.margay.cni.verb}, how its bytes arrive in {@code
 * io.margay.cni.server}.
 */
@NullMarked
package io.margay.cni.protocol;

import org.jspecify.annotations.NullMarked;
