package io.margay.cni.protocol;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What ADD made, free of any version's format.
 *
 * @param dns as another plugin of the chain gave it; empty when none did
 */
public record CniResult(
    List<Interface> interfaces, List<Address> ips, List<Route> routes, Map<String, Object> dns) {
  /** No interface, no address. */
  public static final CniResult EMPTY = new CniResult(List.of(), List.of(), List.of(), Map.of());

  public CniResult {
    interfaces = List.copyOf(interfaces);
    ips = List.copyOf(ips);
    routes = List.copyOf(routes);
  }

  /** An interface; one without sandbox is the node's. */
  public record Interface(
      String name, Optional<Mac> mac, OptionalInt mtu, Optional<String> sandbox) {}

  /**
   * An address.
   *
   * @param interfaceIndex which of {@link CniResult#interfaces} has it
   */
  public record Address(
      OptionalInt interfaceIndex, InterfaceAddress address, Optional<Ip> gateway) {}

  /** A route inside of the container. */
  public record Route(Prefix destination, Optional<Ip> gateway) {}

  /** This result behind that of the plugins that ran before in the chain. */
  public CniResult after(CniResult previous) {
    var allInterfaces = new ArrayList<>(previous.interfaces);
    allInterfaces.addAll(interfaces);
    var allIps = new ArrayList<>(previous.ips);
    for (Address ip : ips) {
      OptionalInt index =
          ip.interfaceIndex.isPresent()
              ? OptionalInt.of(ip.interfaceIndex.getAsInt() + previous.interfaces.size())
              : OptionalInt.empty();
      allIps.add(new Address(index, ip.address, ip.gateway));
    }
    var allRoutes = new ArrayList<>(previous.routes);
    allRoutes.addAll(routes);
    return new CniResult(allInterfaces, allIps, allRoutes, dns.isEmpty() ? previous.dns : dns);
  }
}
