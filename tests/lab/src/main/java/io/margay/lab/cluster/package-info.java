/**
 * The objects that a cluster has before its first pod, in the form in which Calico stores them.
 * Pure.
 *
 * <p>Objects that people write are read in manifest; where objects are kept is api.
 */
@NullMarked
package io.margay.lab.cluster;

import org.jspecify.annotations.NullMarked;
