package io.margay.bgp.speaker;

import io.margay.bgp.attr.Community;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A speaker on a loopback address, and all that it said. Next hops are made up from its number. */
final class TestSpeaker implements SpeakerListener, AutoCloseable {
  static final int PORT = 1790;

  /** A part of 127/8 for this process: suites that run beside each other must not meet. */
  static final String LOOPBACK =
      "127."
          + (1 + ProcessHandle.current().pid() % 250)
          + "."
          + (ProcessHandle.current().pid() / 250 % 250)
          + ".";

  private static final PeerTimers FAST =
      new PeerTimers(
          Duration.ofSeconds(9),
          Optional.empty(),
          Duration.ofMillis(200),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofSeconds(20));

  final int number;
  final Speaker speaker;
  private OptionalLong tableBytes = OptionalLong.empty();
  private final Map<Prefix, BestRoute> table = new TreeMap<>();
  private final List<SessionChange> changes = new ArrayList<>();
  private final Set<Community> seen = new HashSet<>();
  private Optional<Recovered> recovered = Optional.empty();

  TestSpeaker(int number, SpeakerSettings settings) {
    this.number = number;
    this.speaker = Speaker.start(settings, this);
  }

  TestSpeaker(int number) {
    this(number, SpeakerSettings.fresh(number));
  }

  /** Its address: sessions run on 127.1/16, next hops are of 10.9/16. */
  static Ip address(int number) {
    return Ip.of(LOOPBACK + number);
  }

  static Ip nextHop(int number) {
    return Ip.of("10.9.0." + number);
  }

  static PeerConfig.Routing routing(int self) {
    PeerConfig.Routing open = PeerConfig.Routing.OPEN;
    return new PeerConfig.Routing(
        open.nextHopMode(),
        List.of(nextHop(self)),
        false,
        0,
        open.importPolicy(),
        open.exportPolicy());
  }

  PeerConfig.Link link(int peer, long localAs, long remoteAs, boolean passive) {
    return new PeerConfig.Link(
        address(peer),
        PORT,
        Optional.of(address(number)),
        localAs,
        remoteAs,
        passive,
        Set.of(Family.IPV4),
        FAST,
        new Reach.Multihop(),
        Optional.empty());
  }

  PeerConfig peer(int peer, long localAs, long remoteAs, boolean passive) {
    return new PeerConfig(
        PeerConfig.sessionName(PeerKind.MESH, address(peer), Optional.empty()),
        PeerKind.MESH,
        link(peer, localAs, remoteAs, passive),
        routing(number));
  }

  /** A peer of the mesh; the one with the greater number dials. */
  PeerConfig mesh(int peer) {
    return peer(peer, 64512, 64512, peer > number);
  }

  TestSpeaker configure(PeerConfig... peers) {
    speaker.configure(
        new SpeakerConfig(
                new Ip4(0x0a090000 | number),
                Optional.empty(),
                List.of(new SpeakerConfig.Listen(address(number), PORT)),
                List.of(nextHop(number)),
                List.of(peers))
            .withTableBytes(tableBytes));
    return this;
  }

  /** Most that routes may need in memory; said before the speaker is configured. */
  TestSpeaker tableBytes(long most) {
    tableBytes = OptionalLong.of(most);
    return this;
  }

  /** Takes whoever comes from these addresses, and nobody else. */
  TestSpeaker configureRanges(PeerRange... ranges) {
    speaker.configure(
        new SpeakerConfig(
            new Ip4(0x0a090000 | number),
            Optional.empty(),
            List.of(new SpeakerConfig.Listen(address(number), PORT)),
            List.of(nextHop(number)),
            List.of(),
            List.of(ranges)));
    return this;
  }

  TestSpeaker originate(String... prefixes) {
    var routes = new HashMap<Prefix, LocalRoute>();
    for (String text : prefixes) {
      Prefix prefix = Prefix.of(text);
      routes.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.BLOCK));
    }
    speaker.originate(routes);
    return this;
  }

  PeerView view(int peer) throws Exception {
    for (PeerView view : speaker.peers().get(5, TimeUnit.SECONDS)) {
      if (view.address().equals(address(peer))) {
        return view;
      }
    }
    throw new AssertionError("no peer " + peer);
  }

  synchronized boolean knows(String prefix) {
    return table.containsKey(Prefix.of(prefix));
  }

  synchronized Optional<BestRoute> best(String prefix) {
    return Optional.ofNullable(table.get(Prefix.of(prefix)));
  }

  /** True when a chosen route ever had the community. */
  synchronized boolean hasSeen(Community community) {
    return seen.contains(community);
  }

  synchronized long established() {
    return changes.stream().filter(c -> c.phase() == SessionPhase.ESTABLISHED).count();
  }

  synchronized boolean saw(DownCause cause) {
    return causes().anyMatch(c -> c == cause);
  }

  synchronized String story() {
    return changes + "\n" + table;
  }

  /** Keeps nothing of what sessions did so far. */
  synchronized void forgetChanges() {
    changes.clear();
  }

  synchronized Optional<Recovered> recovery() {
    return recovered;
  }

  /** Waits for something that the listener's calls bring about. */
  void await(String what, BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    synchronized (this) {
      while (!condition.getAsBoolean()) {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        if (left <= 0) {
          throw new AssertionError("speaker " + number + " never: " + what + "\n" + story());
        }
        wait(left);
      }
    }
  }

  void awaitRoute(String prefix) throws InterruptedException {
    await("knows " + prefix, () -> knows(prefix));
  }

  void awaitNoRoute(String prefix) throws InterruptedException {
    await("forgets " + prefix, () -> !knows(prefix));
  }

  @Override
  public synchronized void bestChanged(List<BestChange> batch) {
    for (BestChange change : batch) {
      table.remove(change.prefix());
      change.after().ifPresent(route -> table.put(change.prefix(), route));
      change.after().ifPresent(route -> seen.addAll(route.attributes().communities()));
    }
    notifyAll();
  }

  @Override
  public synchronized void sessionChanged(SessionChange change) {
    changes.add(change);
    notifyAll();
  }

  @Override
  public synchronized void recovered(Recovered why) {
    recovered = Optional.of(why);
    notifyAll();
  }

  @Override
  public void close() {
    speaker.close();
  }

  private Stream<DownCause> causes() {
    return changes.stream().flatMap(c -> c.cause().stream());
  }
}
