/**
 * Reads what people write (YAML, JSON, environment) and keeps the path of each value, so that every
 * error says where.
 *
 * <p>Parsing text into maps and lists is not done here but where the parser library lives
 * (kube-state, node-agent).
 */
@NullMarked
package io.margay.foundation.tree;

import org.jspecify.annotations.NullMarked;
