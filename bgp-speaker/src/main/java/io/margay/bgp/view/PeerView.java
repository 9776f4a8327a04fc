package io.margay.bgp.view;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PeerKind;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A peer and its session.
 *
 * @param since when the phase was entered
 * @param agreed what the OPENs agreed on; empty unless Established
 * @param lastAgreed what they agreed on in the last session; empty while there is one, and where
 *     there was none
 * @param errorSent last NOTIFICATION that was sent, for people
 * @param errorReceived last NOTIFICATION that came, for people
 * @param lastDown why the last session or attempt ended
 * @param staleFamilies families whose routes are kept for a peer that restarts
 * @param longLivedFamilies of these, the ones whose peer is away beyond its restart time
 * @param limits most routes that it may announce
 * @param range the network that it came from; empty when it is configured by its address
 * @param imports what is taken of it, in words
 * @param exports what it is given, in words
 * @param steps the last steps of its state machine, oldest first
 */
public record PeerView(
    String name,
    PeerKind kind,
    Ip address,
    int port,
    long localAs,
    long remoteAs,
    boolean passive,
    SessionPhase phase,
    Instant since,
    Optional<Agreed> agreed,
    Optional<Agreed> lastAgreed,
    Counters counters,
    Optional<Event> errorSent,
    Optional<Event> errorReceived,
    Optional<Event> lastDown,
    Set<Family> staleFamilies,
    Set<Family> longLivedFamilies,
    List<Limit> limits,
    Optional<Prefix> range,
    String imports,
    String exports,
    List<Step> steps) {
  public PeerView {
    staleFamilies = Set.copyOf(staleFamilies);
    longLivedFamilies = Set.copyOf(longLivedFamilies);
    limits = List.copyOf(limits);
    steps = List.copyOf(steps);
  }

  /**
   * What holds in this session; capabilities in words, as both sides sent them.
   *
   * @param pathsIn families of which the peer sends several paths to a prefix (RFC 7911)
   * @param pathsOut families of which it gets them
   */
  public record Agreed(
      Ip localAddress,
      int localPort,
      int remotePort,
      Ip4 routerId,
      Duration hold,
      Duration keepalive,
      Set<Family> families,
      boolean gracefulRestart,
      Set<Family> pathsIn,
      Set<Family> pathsOut,
      List<String> ownCapabilities,
      List<String> peerCapabilities) {}

  /**
   * Counted since the peer was configured; routes are those of now.
   *
   * @param faults malformed UPDATEs that did not end the session (RFC 7606)
   * @param received routes in Adj-RIB-In
   * @param accepted of these, what may be chosen
   * @param advertised routes in Adj-RIB-Out
   */
  public record Counters(
      long messagesIn,
      long messagesOut,
      long updatesIn,
      long updatesOut,
      long announcedIn,
      long withdrawnIn,
      long announcedOut,
      long withdrawnOut,
      long faults,
      long established,
      int received,
      int accepted,
      int advertised) {}

  /**
   * How near the peer is to its limit of routes.
   *
   * @param warningAt number of routes from which on there is a warning
   * @param action what one too many brings about, for people
   * @param warnings how often the warning was reached since the peer was configured
   * @param exceeded how often the limit was exceeded
   */
  public record Limit(
      Family family,
      int received,
      int most,
      int warningAt,
      String action,
      long warnings,
      long exceeded) {}

  /** Something that happened, in words. */
  public record Event(Instant at, String what) {}

  /** One step of the session's machine. */
  public record Step(Instant at, SessionPhase from, String event, SessionPhase to) {}
}
