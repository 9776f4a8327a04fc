package io.margay.policy.model;

import io.margay.foundation.addr.Prefix;
import io.margay.policy.selector.Selector;
import java.util.List;
import java.util.Optional;

/**
 * What a rule asks of one end of a packet. Everything that is given must hold.
 *
 * @param nets the address is in one of these; empty: any address
 * @param notNets the address is in none of these
 * @param selector the address is one of a workload that is selected; empty: of anybody
 * @param ports the port is one of these; empty: any port
 */
public record Peer(
    List<Prefix> nets, List<Prefix> notNets, Optional<Selector> selector, List<PortMatch> ports) {
  /** Anybody, any port. */
  public static final Peer ANY = new Peer(List.of(), List.of(), Optional.empty(), List.of());

  public Peer {
    nets = List.copyOf(nets);
    notNets = List.copyOf(notNets);
    ports = List.copyOf(ports);
  }

  /** Workloads by their labels, any port. */
  public static Peer selected(Selector selector) {
    return new Peer(List.of(), List.of(), Optional.of(selector), List.of());
  }

  /** Addresses inside of one network and outside of some parts of it, any port. */
  public static Peer net(Prefix net, List<Prefix> except) {
    return new Peer(List.of(net), except, Optional.empty(), List.of());
  }

  /** The same with these ports. */
  public Peer withPorts(List<PortMatch> wanted) {
    return new Peer(nets, notNets, selector, wanted);
  }
}
