/**
 * The system calls that the JDK does not have, through jnr-ffi, with errno turned into values or a
 * {@link KernelException}; interrupted calls are repeated here.
 *
 * <p>What the bytes in the buffers mean is not known here: netlink's are in {@code nlmsg} and
 * {@code rtnl}.
 */
@NullMarked
package io.margay.kernel.libc;

import org.jspecify.annotations.NullMarked;
