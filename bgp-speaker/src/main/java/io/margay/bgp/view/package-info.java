/**
 * What is shown of the speaker, as records: peers, routes with the reason for each, what was
 * advertised.
 *
 * <p>Text and JSON are made by whoever shows them.
 */
@NullMarked
package io.margay.bgp.view;

import org.jspecify.annotations.NullMarked;
