/**
 * What the tests of decoders share: inputs kept as files, gone through in every test run.
 *
 * <p>The decoders' entries for Jazzer are the {@code *Fuzz} classes beside them; {@code ./dev fuzz}
 * runs those for as long as one likes.
 */
@NullMarked
package io.margay.foundation.fuzz;

import org.jspecify.annotations.NullMarked;
