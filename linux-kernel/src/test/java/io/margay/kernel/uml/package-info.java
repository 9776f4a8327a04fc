/**
 * Nodes with a kernel of their own, for tests of what this machine's kernel lacks. Nodes that share
 * this machine's kernel are in {@code io.margay.kernel.netns}.
 */
@NullMarked
package io.margay.kernel.uml;

import org.jspecify.annotations.NullMarked;
