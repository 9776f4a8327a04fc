/**
 * What is typed: up, down, exec, status, apply, demo.
 *
 * <p>The work is done by the daemon.
 */
@NullMarked
package io.margay.lab.command;

import org.jspecify.annotations.NullMarked;
