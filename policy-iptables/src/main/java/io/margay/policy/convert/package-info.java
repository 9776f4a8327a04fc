/**
 * Kubernetes' objects as Calico's model: policies, and the profiles that namespaces and service
 * accounts stand for.
 *
 * <p>Reading what people wrote is in {@code policy.spec}; what the model becomes in the kernel is
 * in {@code policy.render}.
 */
@NullMarked
package io.margay.policy.convert;

import org.jspecify.annotations.NullMarked;
