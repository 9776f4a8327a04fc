/**
 * Puts the plugin's binaries and the network configuration where container runtimes look for them.
 *
 * <p>When the configuration may be written (last, when requests are served) is decided in
 * node-agent.
 */
@NullMarked
package io.margay.cni.install;

import org.jspecify.annotations.NullMarked;
