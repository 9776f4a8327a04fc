package io.margay.interop;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerTimers;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.Secret;
import io.margay.bgp.speaker.SessionChange;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.bgp.speaker.SpeakerListener;
import io.margay.bgp.speaker.SpeakerSettings;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/**
 * A speaker that is told what to do on its standard input, a line at a time, and answers with lines
 * that end in a single dot. It ends with its input.
 *
 * <pre>
 * id 10.90.0.1
 * peer 10.90.0.2 source 10.90.0.1 local 64512 remote 64512 [passive] [password TEXT]
 * originate 10.20.0.0/26 fd20::/122
 * start [restarted]
 * peers | routes | recovered
 * </pre>
 */
final class SpeakerMain implements SpeakerListener {
  private static final PeerTimers TIMERS =
      PeerTimers.CALICO
          .withHold(Duration.ofSeconds(30))
          .withConnectRetry(Duration.ofMillis(700))
          .withRestart(Duration.ofMinutes(2));

  private final Map<Prefix, BestRoute> table = new ConcurrentSkipListMap<>();
  private final List<PeerConfig> peers = new ArrayList<>();
  private final Map<Prefix, LocalRoute> originated = new HashMap<>();
  private Ip4 id = Ip4.of("192.0.2.1");
  private volatile String recovered = "no";
  private Optional<Speaker> speaker = Optional.empty();

  private SpeakerMain() {}

  public static void main(String[] args) throws Exception {
    var main = new SpeakerMain();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    main.obey(in);
    main.speaker.ifPresent(Speaker::close);
  }

  private void obey(BufferedReader in) throws Exception {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> words = List.of(line.split(" "));
      switch (words.getFirst()) {
        case "id" -> id = Ip4.of(words.get(1));
        case "peer" -> peers.add(peer(words));
        case "originate" -> originate(words.subList(1, words.size()));
        case "start" -> start(words.contains("restarted"));
        case "peers" -> peers();
        case "routes" -> table.values().forEach(SpeakerMain::print);
        case "recovered" -> System.out.println(recovered);
        default -> throw new IOException("no command: " + line);
      }
      System.out.println(".");
      System.out.flush();
    }
  }

  private static PeerConfig peer(List<String> words) {
    Ip address = Ip.of(words.get(1));
    boolean passive = words.contains("passive");
    return new PeerConfig(
        PeerConfig.sessionName(PeerKind.GLOBAL, address, Optional.empty()),
        PeerKind.GLOBAL,
        new PeerConfig.Link(
            address,
            SpeakerConfig.PORT,
            option(words, "source").map(Ip::of),
            Long.parseLong(option(words, "local").orElseThrow()),
            Long.parseLong(option(words, "remote").orElseThrow()),
            passive,
            Set.of(address.family()),
            TIMERS,
            new Reach.Multihop(),
            option(words, "password").map(Secret::new)),
        PeerConfig.Routing.OPEN);
  }

  private static Optional<String> option(List<String> words, String name) {
    int at = words.indexOf(name);
    return at < 0 ? Optional.empty() : Optional.of(words.get(at + 1));
  }

  private void originate(List<String> prefixes) {
    originated.clear();
    for (String text : prefixes) {
      Prefix prefix = Prefix.of(text);
      originated.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.BLOCK));
    }
    speaker.ifPresent(s -> s.originate(originated));
  }

  private void start(boolean restarted) {
    long seed = System.nanoTime();
    Speaker started =
        Speaker.start(
            restarted ? SpeakerSettings.restarted(seed) : SpeakerSettings.fresh(seed), this);
    started.originate(originated);
    started.configure(
        new SpeakerConfig(
            id,
            Optional.empty(),
            List.of(
                new SpeakerConfig.Listen(Ip.of("0.0.0.0"), SpeakerConfig.PORT),
                new SpeakerConfig.Listen(Ip.of("::"), SpeakerConfig.PORT)),
            List.of(),
            peers));
    speaker = Optional.of(started);
  }

  private void peers() throws Exception {
    for (PeerView view : speaker.orElseThrow().peers().get(5, TimeUnit.SECONDS)) {
      System.out.println(
          view.address()
              + " "
              + view.phase()
              + " stale="
              + view.staleFamilies()
              + " sent="
              + view.errorSent().map(PeerView.Event::what).orElse("-")
              + " received="
              + view.errorReceived().map(PeerView.Event::what).orElse("-")
              + " down="
              + view.lastDown().map(PeerView.Event::what).orElse("-"));
    }
  }

  private static void print(BestRoute route) {
    if (!route.isLocal()) {
      BestRoute.NextHop hop = route.nextHops().getFirst();
      System.out.println(route.prefix() + " via " + hop.address() + " from " + hop.peer());
    }
  }

  @Override
  public void bestChanged(List<BestChange> changes) {
    for (BestChange change : changes) {
      change
          .after()
          .ifPresentOrElse(
              after -> table.put(change.prefix(), after), () -> table.remove(change.prefix()));
    }
  }

  @Override
  public void sessionChanged(SessionChange change) {
    if (change.phase() == SessionPhase.ESTABLISHED) {
      System.err.println("up " + change.peer());
    }
  }

  @Override
  public void recovered(Recovered why) {
    recovered = why.toString();
  }
}
