/**
 * Network namespaces: a handle, and work that is done inside one on a thread of its own.
 *
 * <p>A socket keeps the namespace that it was made in; most work needs a thread there only to open
 * one: see {@code Rtnl.in}.
 */
@NullMarked
package io.margay.kernel.netns;

import org.jspecify.annotations.NullMarked;
