/**
 * Whether Kubernetes allows a connection, from the text of its API alone. Pure.
 *
 * <p>It shares no code with the product: what the nodes really do is measured in probe and compared
 * in demo.
 */
@NullMarked
package io.margay.lab.expect;

import org.jspecify.annotations.NullMarked;
