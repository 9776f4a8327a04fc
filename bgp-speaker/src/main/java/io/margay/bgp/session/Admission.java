package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From where connections are taken, and with which TCP MD5 key. All others are refused.
 *
 * @param peers single addresses
 * @param ranges networks whose every address may connect
 */
public record Admission(Map<Ip, Optional<Md5Key>> peers, Map<Prefix, Optional<Md5Key>> ranges) {
  /** Nobody. */
  static final Admission NONE = new Admission(Map.of(), Map.of());

  public Admission {
    peers = Map.copyOf(peers);
    ranges = Map.copyOf(ranges);
  }

  boolean admits(Ip address) {
    return peers.containsKey(address)
        || ranges.keySet().stream().anyMatch(range -> range.contains(address));
  }

  /** Keys of single addresses, as Netty takes them. */
  Map<InetAddress, byte[]> keys(Family family) {
    var keys = new HashMap<InetAddress, byte[]>();
    peers.forEach((ip, key) -> {
      if (ip.family() == family && key.isPresent()) {
        keys.put(Endpoint.inet(ip), key.get().bytes());
      }
    });
    return keys;
  }

  /** Keys of ranges. */
  Map<Prefix, Md5Key> rangeKeys(Family family) {
    var keys = new HashMap<Prefix, Md5Key>();
    ranges.forEach((range, key) -> {
      if (range.family() == family && key.isPresent()) {
        keys.put(range, key.get());
      }
    });
    return keys;
  }
}
