/**
 * The lab's entry point.
 *
 * <p>What is typed is understood in command.
 */
@NullMarked
package io.margay.lab;

import org.jspecify.annotations.NullMarked;
