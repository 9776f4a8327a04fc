/**
 * The kernel's packet filter as it is reached from user space: iptables' two back ends, ipset,
 * tracked connections, and word of what others change.
 *
 * <p>What chains and sets hold is decided in policy-iptables; how programs are run is in {@code
 * kernel.process}.
 */
@NullMarked
package io.margay.kernel.netfilter;

import org.jspecify.annotations.NullMarked;
