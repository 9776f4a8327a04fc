package io.margay.ipam.block;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Reservation;
import java.util.List;
import java.util.Optional;

/** All reserved networks: their addresses are given only to who asks for them by number. */
public record Reserved(List<Prefix> cidrs) {
  public static final Reserved NONE = new Reserved(List.of());

  public Reserved {
    cidrs = List.copyOf(cidrs);
  }

  public static Reserved of(List<Reservation> reservations) {
    return new Reserved(reservations.stream().flatMap(r -> r.cidrs().stream()).toList());
  }

  public boolean contains(Ip ip) {
    for (Prefix cidr : cidrs) {
      if (cidr.contains(ip)) {
        return true;
      }
    }
    return false;
  }

  /** One reservation holds the whole network; several that do so together do not count. */
  public boolean covers(Prefix network) {
    return around(network).isPresent();
  }

  /** A reservation that holds the whole network. */
  public Optional<Prefix> around(Prefix network) {
    for (Prefix cidr : cidrs) {
      if (cidr.contains(network)) {
        return Optional.of(cidr);
      }
    }
    return Optional.empty();
  }
}
