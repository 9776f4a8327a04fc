/**
 * Kubernetes and Calico objects as records that hold only what the node needs, and the readers that
 * make them from parsed JSON. Calico's stored form (the wrapped metadata, numbers as text) ends
 * here.
 *
 * <p>Nothing here talks to the API server: see {@code kube.client} and {@code kube.watch}. What the
 * objects mean to routes, tunnels and policy is decided in {@code agent.stage}.
 */
@NullMarked
package io.margay.kube.types;

import org.jspecify.annotations.NullMarked;
