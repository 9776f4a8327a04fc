/**
 * The entry point of {@code ./dev bench}.
 *
 * <p>How runs are made and shown is in frame; what is measured has a package for each subject.
 */
@NullMarked
package io.margay.bench;

import org.jspecify.annotations.NullMarked;
