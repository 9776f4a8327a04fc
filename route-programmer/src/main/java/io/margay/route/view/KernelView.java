package io.margay.route.view;

import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * The kernel at one moment. Shared by all readers, changed by none.
 *
 * @param routes of the main table that whoever watches asked for, whoever made them; of each prefix
 *     the preferred one first; next hops without the flags that follow the state of their device
 * @param links by index
 * @param addresses as the kernel showed them, then as they came
 */
public record KernelView(
    PMap<Prefix, List<RouteEntry>> routes,
    PMap<Integer, LinkEntry> links,
    PSet<AddressEntry> addresses) {

  /** Nothing is known yet. */
  public static final KernelView EMPTY =
      new KernelView(HashTreePMap.empty(), HashTreePMap.empty(), OrderedPSet.empty());

  /** The device of that name. */
  public Optional<LinkEntry> link(String name) {
    return links.values().stream().filter(link -> link.name().equals(name)).findFirst();
  }

  /** The addresses of a device, in the order in which the kernel told of them. */
  public List<AddressEntry> addressesOf(int interfaceIndex) {
    return addresses.stream().filter(a -> a.interfaceIndex() == interfaceIndex).toList();
  }
}
