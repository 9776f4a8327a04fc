package io.margay.bgp.speaker;

import io.margay.bgp.attr.Role;
import io.margay.bgp.export.ExportOptions;
import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.PrefixLimit;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One peer. The first group makes the session: a change there resets it. The second group is about
 * routes: a change is applied to what was received and sent already.
 *
 * @param shutdown keeps the session down; what the people at the other side are told (RFC 9003)
 */
public record PeerConfig(
    String name, PeerKind kind, Link link, Routing routing, Optional<String> shutdown) {
  /** A session that is to be up. */
  public PeerConfig(String name, PeerKind kind, Link link, Routing routing) {
    this(name, kind, link, routing, Optional.empty());
  }

  /**
   * What the session is made with.
   *
   * @param port where the peer listens
   * @param source own address of the connection; empty leaves it to the kernel
   * @param passive wait for the peer to connect; a connection from it is taken in any case
   * @param families what is exchanged
   * @param password TCP MD5 (RFC 2385)
   */
  public record Link(
      Ip address,
      int port,
      Optional<Ip> source,
      long localAs,
      long remoteAs,
      boolean passive,
      Set<Family> families,
      PeerTimers timers,
      Reach reach,
      Optional<Secret> password,
      SessionOptions options) {
    public Link {
      families = Set.copyOf(families);
    }

    /** Without anything beyond the common. */
    public Link(
        Ip address,
        int port,
        Optional<Ip> source,
        long localAs,
        long remoteAs,
        boolean passive,
        Set<Family> families,
        PeerTimers timers,
        Reach reach,
        Optional<Secret> password) {
      this(
          address,
          port,
          source,
          localAs,
          remoteAs,
          passive,
          families,
          timers,
          reach,
          password,
          SessionOptions.NONE);
    }

    public Link withOptions(SessionOptions other) {
      return new Link(
          address, port, source, localAs, remoteAs, passive, families, timers, reach, password,
          other);
    }

    /** What this side is to a peer of another AS (RFC 9234). */
    Optional<Role> role() {
      return localAs == remoteAs ? Optional.empty() : options.role();
    }

    /** The same with a peer at another address. */
    Link at(Ip other) {
      return new Link(
          other, port, source, localAs, remoteAs, passive, families, timers, reach, password,
          options);
    }

    /**
     * True when a session made with this one may go on under the other: only what counts for the
     * next attempt differs.
     */
    public boolean sameSession(Link other) {
      return equals(
          new Link(
              other.address,
              other.port,
              other.source,
              other.localAs,
              other.remoteAs,
              passive,
              other.families,
              other.timers.withPausesOf(timers),
              other.reach,
              other.password,
              other.options));
    }
  }

  /**
   * What happens to routes.
   *
   * @param nextHopSelf own addresses for next hops; where none is of a route's family, the
   *     session's
   * @param reflectorClient its routes go to all, all routes go to it (RFC 4456)
   * @param allowedLocalAs how often the own AS may stand in a path from it
   * @param limits most routes that it may announce, by family
   * @param exporting what becomes of routes that it is told, beyond the policy
   */
  public record Routing(
      NextHopMode nextHopMode,
      List<Ip> nextHopSelf,
      boolean reflectorClient,
      int allowedLocalAs,
      ImportPolicy importPolicy,
      ExportPolicy exportPolicy,
      Map<Family, PrefixLimit> limits,
      ExportOptions exporting) {
    /** Everything in, everything out, BGP's next hop rule. */
    public static final Routing OPEN =
        new Routing(
            NextHopMode.AUTO, List.of(), false, 0, ImportPolicy.ACCEPT, ExportPolicy.ACCEPT);

    public Routing {
      nextHopSelf = List.copyOf(nextHopSelf);
      limits = Map.copyOf(limits);
    }

    /** As many routes as the peer likes. */
    public Routing(
        NextHopMode nextHopMode,
        List<Ip> nextHopSelf,
        boolean reflectorClient,
        int allowedLocalAs,
        ImportPolicy importPolicy,
        ExportPolicy exportPolicy) {
      this(
          nextHopMode,
          nextHopSelf,
          reflectorClient,
          allowedLocalAs,
          importPolicy,
          exportPolicy,
          Map.of(),
          ExportOptions.NONE);
    }

    public Routing withLimits(Map<Family, PrefixLimit> other) {
      return new Routing(
          nextHopMode,
          nextHopSelf,
          reflectorClient,
          allowedLocalAs,
          importPolicy,
          exportPolicy,
          other,
          exporting);
    }

    public Routing withExporting(ExportOptions other) {
      return new Routing(
          nextHopMode,
          nextHopSelf,
          reflectorClient,
          allowedLocalAs,
          importPolicy,
          exportPolicy,
          limits,
          other);
    }
  }

  public PeerConfig withShutdown(Optional<String> other) {
    return new PeerConfig(name, kind, link, routing, other);
  }

  public PeerKey key() {
    return new PeerKey(link.address(), link.port());
  }

  /** Calico's name for a session: {@code Mesh_10_0_0_2}, with the port when it is given. */
  public static String sessionName(PeerKind kind, Ip address, Optional<Integer> port) {
    String text = address.toString().replace('.', '_').replace(':', '_');
    return kind.prefix() + "_" + text + port.map(p -> "_port_" + p).orElse("");
  }
}
