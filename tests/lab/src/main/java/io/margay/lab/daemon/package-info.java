/**
 * The process that holds a running lab, and the socket by which the verbs reach it.
 *
 * <p>What it holds is made in place, peer, api and kubelet.
 */
@NullMarked
package io.margay.lab.daemon;

import org.jspecify.annotations.NullMarked;
