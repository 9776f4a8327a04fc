/**
 * The BGP speaker as its user sees it: {@link io.margay.bgp.speaker.Speaker}, its configuration,
 * and the bgp-core thread that owns sessions and tables.
 *
 * <p>It decides nothing that {@code fsm}, {@code filter}, {@code rib} or {@code export} can decide.
 */
@NullMarked
package io.margay.bgp.speaker;

import org.jspecify.annotations.NullMarked;
