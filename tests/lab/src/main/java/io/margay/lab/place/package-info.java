/**
 * The lab's machines: a network, mount and PID namespace each, and the wires between them.
 *
 * <p>What they are called and which addresses they have is in plan.
 */
@NullMarked
package io.margay.lab.place;

import org.jspecify.annotations.NullMarked;
