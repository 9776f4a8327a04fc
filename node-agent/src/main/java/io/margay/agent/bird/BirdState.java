package io.margay.agent.bird;

import io.margay.bgp.rib.NextHops;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * What is told of the speaker at one moment.
 *
 * @param family whose sessions and routes are shown: Calico has a BIRD for each
 * @param started when the speaker began
 * @param configured when it was last told something new
 * @param waitingFor peers that the recovery after a restart waits for; none when there is no
 *     recovery
 * @param recovering a recovery goes on
 * @param peers of both families
 * @param nextHops how next hops are reached
 */
public record BirdState(
    Family family,
    Ip4 routerId,
    Instant now,
    Instant started,
    Instant configured,
    ZoneId zone,
    boolean recovering,
    List<String> waitingFor,
    List<PeerView> peers,
    NextHops nextHops) {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd");
  private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  public BirdState {
    waitingFor = List.copyOf(waitingFor);
    peers = List.copyOf(peers);
  }

  /** A point in time as tables have it: one word, the time of today or else the day. */
  String since(Instant instant) {
    boolean today = instant.plus(Duration.ofDays(1)).isAfter(now);
    return (today ? CLOCK : DAY).format(instant.atZone(zone));
  }

  /** A point in time as {@code show status} has it. */
  String full(Instant instant) {
    return FULL.format(instant.atZone(zone));
  }

  /** Sessions of this family, in the order of their addresses. */
  List<PeerView> sessions() {
    return peers.stream().filter(peer -> peer.address().family() == family).toList();
  }
}
