/**
 * Tables as calicoctl draws them, JSON and YAML.
 *
 * <p>Nothing here knows what it prints.
 */
@NullMarked
package io.margay.ctl.print;

import org.jspecify.annotations.NullMarked;
