/**
 * Work that one agent does for the whole cluster: the election by a Lease, and the runner of what
 * the elected one has to do.
 *
 * <p>How an election goes is {@code kube.lease}; whether this cluster wants us to do chores at all
 * is {@code stage.ChoreStage}.
 */
@NullMarked
package io.margay.agent.chore;

import org.jspecify.annotations.NullMarked;
