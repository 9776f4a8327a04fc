package io.margay.agent.host;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.route.view.KernelView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The links of the node whose network an address belongs to: others there may have it cached. */
final class Segments {
  private Segments() {}

  /**
   * A link.
   *
   * @param source an address of ours there, of the family that was asked for
   */
  record Segment(int index, String name, Mac mac, Ip source) {}

  /**
   * Those around an address that are up, by name.
   *
   * @param uplink by name, whether a link leads to other machines
   */
  static List<Segment> around(Ip address, KernelView view, Predicate<String> uplink) {
    var segments = new ArrayList<Segment>();
    for (LinkEntry link : view.links().values()) {
      Optional<Mac> mac = link.mac();
      if (mac.isPresent()
          && link.isOperational()
          && !link.isLoopback()
          && uplink.test(link.name())) {
        List<Ip> own = ownAround(address, view, link);
        if (!own.isEmpty()) {
          segments.add(new Segment(link.index(), link.name(), mac.get(), own.getFirst()));
        }
      }
    }
    segments.sort(Comparator.comparing(Segment::name));
    return segments;
  }

  /** Our addresses on the link, the preferred source first; none when it is another network. */
  private static List<Ip> ownAround(Ip address, KernelView view, LinkEntry link) {
    List<AddressEntry> ofFamily =
        view.addressesOf(link.index()).stream()
            .filter(entry -> entry.address().ip().family() == address.family())
            .filter(AddressEntry::isUsable)
            .toList();
    boolean around =
        ofFamily.stream()
            .map(AddressEntry::address)
            .anyMatch(own -> isNetwork(own) && own.network().contains(address));
    return around
        ? ofFamily.stream()
            .map(entry -> entry.address().ip())
            .sorted(Comparator.comparing(ip -> !isLinkLocal(ip)))
            .toList()
        : List.of();
  }

  private static boolean isNetwork(InterfaceAddress own) {
    return !own.network().isHost() && !isLinkLocal(own.ip());
  }

  /** RFC 4861, 4.4: an advertisement comes from an address of the interface. */
  private static boolean isLinkLocal(Ip ip) {
    return ip instanceof Ip6 six && six.isLinkLocal();
  }
}
