/**
 * Who is in the lab and with which addresses. Pure.
 *
 * <p>How that is built from namespaces is in place, what runs inside in peer and kubelet.
 */
@NullMarked
package io.margay.lab.plan;

import org.jspecify.annotations.NullMarked;
