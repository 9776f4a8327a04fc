/**
 * The second process: a BGP speaker without Kubernetes, told by a file what to do. It reads the
 * file again at SIGHUP, answers on a socket and, if it is told to, installs its routes.
 *
 * <p>What the file may say is read in {@code standalone}.
 */
@NullMarked
package io.margay.agent.bgpd;

import org.jspecify.annotations.NullMarked;
