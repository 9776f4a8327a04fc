package io.margay.ipam.store;

import io.margay.foundation.addr.Prefix;
import java.util.List;

/** Calico's IPReservation: addresses that are never given unless asked for. */
public record Reservation(String name, List<Prefix> cidrs) {
  public Reservation {
    cidrs = List.copyOf(cidrs);
  }
}
