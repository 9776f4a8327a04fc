package io.margay.agent.stage;

import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the stages want to know of the kernel, at one moment.
 *
 * @param interfaces in the kernel's order
 * @param readyInterfaces names of those that are up and can pass packets
 * @param mtus by interface name
 * @param onward routes that a next hop may be reached by
 */
public record KernelFacts(
    List<LocalInterface> interfaces,
    Set<String> readyInterfaces,
    Map<String, Integer> mtus,
    List<Onward> onward) {
  /** Nothing is known yet. */
  public static final KernelFacts NONE = new KernelFacts(List.of(), Set.of(), Map.of(), List.of());

  /**
   * A route of the main table that is not ours.
   *
   * @param hops the ways on that work now; none for one that ends here (blackhole and the like) or
   *     whose links are down
   * @param source the address that packets of this node carry, where the route says so
   * @param made somebody made it; the kernel makes those of connected networks by itself
   */
  public record Onward(
      Prefix destination, List<Hop> hops, int metric, Optional<Ip> source, boolean made) {
    public Onward {
      hops = List.copyOf(hops);
    }

    /** A route with one way on. */
    static Onward of(Prefix destination, Hop hop) {
      return new Onward(destination, List.of(hop), 0, Optional.empty(), true);
    }

    boolean leadsOn() {
      return !hops.isEmpty();
    }
  }

  /**
   * One way on of a route.
   *
   * @param gateway empty when the destination is on the link itself
   */
  public record Hop(Optional<Ip> gateway, String device) {
    static Hop on(String device) {
      return new Hop(Optional.empty(), device);
    }

    static Hop via(Ip gateway, String device) {
      return new Hop(Optional.of(gateway), device);
    }
  }

  public KernelFacts {
    interfaces = List.copyOf(interfaces);
    readyInterfaces = Set.copyOf(readyInterfaces);
    mtus = Map.copyOf(mtus);
    onward = List.copyOf(onward);
  }

  /** The address that the kernel would send from to reach a destination. */
  public Optional<Ip> sourceTowards(Ip destination) {
    return new NextHopTable(onward)
        .way(destination)
        .flatMap(way ->
            way.source().or(() -> firstAddress(way.hops().getFirst().device(), destination)));
  }

  /** A device is up and has that address. */
  boolean hasUp(String device, Ip address) {
    // Two tunnels of a node may have one address.
    return readyInterfaces.contains(device)
        && interfaces.stream().anyMatch(local -> local.name().equals(device) && local.has(address));
  }

  /** The device that has an address. */
  Optional<String> device(Ip address) {
    return carrier(address).map(LocalInterface::name);
  }

  /** The interface that has an address. */
  Optional<LocalInterface> carrier(Ip address) {
    return interfaces.stream().filter(local -> local.has(address)).findFirst();
  }

  /** The interface of a name. */
  Optional<LocalInterface> named(String name) {
    return interfaces.stream().filter(local -> local.name().equals(name)).findFirst();
  }

  private Optional<Ip> firstAddress(String device, Ip destination) {
    return interfaces.stream()
        .filter(local -> local.name().equals(device))
        .flatMap(local -> local.addresses().stream())
        .map(address -> address.ip())
        .filter(ip -> ip.family() == destination.family() && ip.isGlobalUnicast())
        .findFirst();
  }
}
