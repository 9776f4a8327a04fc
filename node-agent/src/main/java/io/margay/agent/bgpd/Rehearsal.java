package io.margay.agent.bgpd;

import io.margay.agent.standalone.BgpdConfig;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.speaker.SessionChange;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.speaker.SpeakerListener;
import io.margay.bgp.speaker.SpeakerSettings;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a speaker does, done once for those that come after: a reflector and its clients, all in
 * this process on loopback, exchange routes, change them and restart. With {@code
 * -XX:AOTCacheOutput} the JVM keeps which classes that took, linked, and how they ran (JEP 483 and
 * 515); a speaker that starts with that file has less to load and to find out.
 */
public final class Rehearsal {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final String loopback;
  private final Extent extent;
  private final int port;
  private final List<Client> clients = new ArrayList<>();

  /**
   * How much is done.
   *
   * @param clients at most 200
   * @param routes of each client, at most 1000
   * @param changes so often a route goes, and comes back
   * @param restarts of clients
   */
  record Extent(int clients, int routes, int changes, int restarts) {
    /** Enough for what a session, a route and a change need to be known as busy. */
    static final Extent WHOLE = new Extent(12, 500, 1500, 6);

    int all() {
      return clients * routes;
    }
  }

  /**
   * A rehearsal that has not begun.
   *
   * @param loopback the first three numbers of the addresses that it uses, {@code 127.0.0.}
   */
  Rehearsal(String loopback, Extent extent) throws IOException {
    this.loopback = loopback;
    this.extent = extent;
    try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address(0)))) {
      this.port = socket.getLocalPort();
    }
  }

  /** Takes no arguments; exit code 1 when the clients do not learn each other's routes in time. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      new Rehearsal("127.0.0.", Extent.WHOLE).run();
      System.exit(0);
    } catch (TimeoutException e) {
      System.err.println("the rehearsal came to nothing: " + e.getMessage());
      System.exit(1);
    }
  }

  /** All of it; ends when every client knew every route each time. */
  void run() throws IOException, InterruptedException, TimeoutException {
    Bgpd reflector = Bgpd.start(reflector());
    try {
      for (int i = 1; i <= extent.clients(); i++) {
        clients.add(new Client(i));
      }
      awaitAll();
      for (int i = 0; i < extent.changes(); i++) {
        change(i);
      }
      for (int i = 0; i < extent.restarts(); i++) {
        int place = i % extent.clients();
        clients.get(place).speaker.close();
        clients.set(place, new Client(1 + place));
        awaitAll();
      }
    } finally {
      clients.forEach(client -> client.speaker.close());
      reflector.stop();
    }
  }

  private void change(int number) throws InterruptedException, TimeoutException {
    Client from = clients.get(number % extent.clients());
    Client to = clients.get((number + 1) % extent.clients());
    from.speaker.originate(without(from.routes, route(from.number, number % extent.routes())));
    to.await(extent.all() - 1);
    from.speaker.originate(from.routes);
    to.await(extent.all());
  }

  private void awaitAll() throws InterruptedException, TimeoutException {
    for (Client client : clients) {
      client.await(extent.all());
    }
  }

  private BgpdConfig reflector() {
    String neighbors =
        IntStream.rangeClosed(1, extent.clients())
            .mapToObj(i ->
                "  - { address: %s, asn: 64512, passive: true, reflectorClient: true }\n"
                    .formatted(address(i)))
            .collect(Collectors.joining());
    return config(
        """
        asn: 64512
        routerId: %s
        listen: [ { address: %s, port: %d } ]
        socket: null
        neighbors:
        %s
        """
            .formatted(address(0), address(0), port, neighbors));
  }

  private BgpdConfig client(int number) {
    return config(
        """
        asn: 64512
        routerId: %s
        listen: []
        socket: null
        neighbors: [ { address: %s, port: %d, source: %s, asn: 64512 } ]
        """
            .formatted(address(number), address(0), port, address(number)));
  }

  private static BgpdConfig config(String text) {
    return switch (BgpdConfig.read("rehearsal", text, _ -> Optional.empty())) {
      case BgpdConfig.Reading.Accepted(BgpdConfig config) -> config;
      case BgpdConfig.Reading.Refused(var errors) ->
          throw new IllegalStateException(String.join("; ", errors));
    };
  }

  private String address(int number) {
    return loopback + (1 + number);
  }

  private static Prefix route(int client, int number) {
    return Prefix.of("10.%d.%d.%d/26".formatted(client, number / 4, number % 4 * 64));
  }

  /** By a next hop that is none of loopback: such routes are refused. */
  private Map<Prefix, LocalRoute> routes(int client) {
    Attributes attributes = new AttributesBuilder().nextHop(Ip.of("192.0.2." + client)).build();
    var routes = new TreeMap<Prefix, LocalRoute>();
    for (int i = 0; i < extent.routes(); i++) {
      Prefix prefix = route(client, i);
      routes.put(
          prefix,
          new LocalRoute(
              prefix, LocalRoute.Kind.STATIC, Optional.empty(), OptionalLong.empty(), attributes));
    }
    return routes;
  }

  private static Map<Prefix, LocalRoute> without(Map<Prefix, LocalRoute> routes, Prefix one) {
    var rest = new TreeMap<>(routes);
    rest.remove(one);
    return rest;
  }

  /** A client with routes of its own, which counts what it knows. */
  private final class Client implements SpeakerListener {
    final int number;
    final Speaker speaker;
    final Map<Prefix, LocalRoute> routes;
    private final Set<Prefix> known = new HashSet<>();

    Client(int number) {
      this.number = number;
      this.routes = routes(number);
      this.speaker = Speaker.start(SpeakerSettings.fresh(number), this);
      var _ = speaker.reportRoutes(true);
      speaker.originate(routes);
      speaker.configure(client(number).speaker());
    }

    synchronized void await(int wanted) throws InterruptedException, TimeoutException {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (known.size() != wanted) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new TimeoutException(
              "client %d knows %d of %d routes".formatted(number, known.size(), wanted));
        }
        wait(left / 1_000_000 + 1);
      }
    }

    @Override
    public synchronized void bestChanged(List<BestChange> changes) {
      for (BestChange change : changes) {
        if (change.after().isPresent()) {
          known.add(change.prefix());
        } else {
          known.remove(change.prefix());
        }
      }
      notifyAll();
    }

    @Override
    public void sessionChanged(SessionChange change) {
      // The routes tell.
    }

    @Override
    public void recovered(Recovered why) {
      // They all start anew.
    }
  }
}
