/**
 * The file of a speaker without Kubernetes, read into what the speaker is told: peers, own routes,
 * filters. Every error has its line and column.
 *
 * <p>The process that reads it is {@code bgpd}.
 */
@NullMarked
package io.margay.agent.standalone;

import org.jspecify.annotations.NullMarked;
