package io.margay.bgp.speaker;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * All that a speaker shall do; handed over whole, compared with what is there.
 *
 * @param clusterId makes it a route reflector
 * @param listen where connections are awaited; none: only dialling
 * @param localAddresses own addresses; a route with such a next hop is not used
 * @param peers one an address and port, and one a name
 * @param ranges networks from which peers may come that are not known by their addresses
 * @param tableBytes most that the routes of all peers may need in memory; empty for half of the
 *     heap. A peer that announces more has its session ended
 */
public record SpeakerConfig(
    Ip4 routerId,
    Optional<Ip4> clusterId,
    List<Listen> listen,
    List<Ip> localAddresses,
    List<PeerConfig> peers,
    List<PeerRange> ranges,
    OptionalLong tableBytes) {
  /** BGP's port. */
  public static final int PORT = 179;

  /** An address to listen on; 0.0.0.0 and {@code ::} are all of their family. */
  public record Listen(Ip address, int port) {}

  public SpeakerConfig {
    if (routerId.bits() == 0) {
      // RFC 6286, 2.1
      throw new IllegalArgumentException("the router id is 0.0.0.0; any other value is possible");
    }
    listen = List.copyOf(listen);
    localAddresses = List.copyOf(localAddresses);
    peers = List.copyOf(peers);
    ranges = List.copyOf(ranges);
    var keys = new HashSet<PeerKey>();
    var names = new HashSet<String>();
    for (PeerConfig peer : peers) {
      if (!keys.add(peer.key())) {
        throw new IllegalArgumentException("two peers at " + peer.key());
      }
      if (!names.add(peer.name())) {
        throw new IllegalArgumentException("two peers are called " + peer.name());
      }
    }
  }

  /** Half of the heap for routes. */
  public SpeakerConfig(
      Ip4 routerId,
      Optional<Ip4> clusterId,
      List<Listen> listen,
      List<Ip> localAddresses,
      List<PeerConfig> peers,
      List<PeerRange> ranges) {
    this(routerId, clusterId, listen, localAddresses, peers, ranges, OptionalLong.empty());
  }

  /** All peers are known by their addresses. */
  public SpeakerConfig(
      Ip4 routerId,
      Optional<Ip4> clusterId,
      List<Listen> listen,
      List<Ip> localAddresses,
      List<PeerConfig> peers) {
    this(routerId, clusterId, listen, localAddresses, peers, List.of());
  }

  public SpeakerConfig withRanges(List<PeerRange> other) {
    return new SpeakerConfig(routerId, clusterId, listen, localAddresses, peers, other, tableBytes);
  }

  public SpeakerConfig withLocalAddresses(List<Ip> other) {
    return new SpeakerConfig(routerId, clusterId, listen, other, peers, ranges, tableBytes);
  }

  public SpeakerConfig withTableBytes(OptionalLong other) {
    return new SpeakerConfig(routerId, clusterId, listen, localAddresses, peers, ranges, other);
  }
}
