package io.margay.bgp.view;

import io.margay.foundation.addr.Ip4;
import java.util.List;
import java.util.Optional;

/**
 * The speaker as a whole.
 *
 * @param clusterId of a reflector that was given one
 * @param prefixes with at least one path
 * @param attributeSets different ones that are held
 * @param tableBytes that the routes of all peers need in memory
 * @param tableLimit most that they may need
 * @param strangers connections refused because nobody knows the other side
 * @param failures faults of ours that bgp-core survived; more than zero is a bug to report
 * @param recovering true until the tables after a restart are complete
 * @param waitingFor peers that the recovery waits for, for people
 * @param notListening addresses that connections are awaited on and that cannot be had, with the
 *     kernel's reason; they are tried again and again
 */
public record SpeakerView(
    Ip4 routerId,
    Optional<Ip4> clusterId,
    int prefixes,
    int attributeSets,
    long tableBytes,
    long tableLimit,
    long strangers,
    long failures,
    boolean recovering,
    List<String> waitingFor,
    List<String> notListening) {
  public SpeakerView {
    waitingFor = List.copyOf(waitingFor);
    notListening = List.copyOf(notListening);
  }
}
