/**
 * What is shown of the speaker, as records: peers, routes with the reason for each, what was
 * advertised; and the sentences for reasons.
 *
 * <p>Tables and JSON are made by whoever shows them.
 */
@NullMarked
package io.margay.bgp.view;

import org.jspecify.annotations.NullMarked;
