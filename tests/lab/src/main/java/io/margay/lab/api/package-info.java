/**
 * The embedded API server: fabric8's CRUD server, mended where the agents would notice.
 *
 * <p>What the objects in it mean is in manifest (those that people write) and kubelet.
 */
@NullMarked
package io.margay.lab.api;

import org.jspecify.annotations.NullMarked;
