package io.margay.agent.clean;

import io.margay.cni.veth.HostInterface;
import io.margay.foundation.addr.Family;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tunnel devices and, when told, pods' interfaces. Neighbours, forwarding entries and routes of a
 * device go with it. The kernel's own {@code tunl0} cannot go: it is left as the kernel makes it,
 * down and without an address.
 */
final class DevicesPart implements Part {
  private static final String TUNL0 = "tunl0";
  private static final String TUN = "tun";
  private static final Map<String, String> KINDS =
      Map.of("vxlan.calico", "vxlan", "vxlan-v6.calico", "vxlan", "udp.margay", TUN);

  private final Places places;
  private final boolean pods;
  private final Map<Item, List<Request>> found = new LinkedHashMap<>();

  DevicesPart(Places places, boolean pods) {
    this.places = places;
    this.pods = pods;
  }

  @Override
  public String name() {
    return "device";
  }

  @Override
  public List<Item> find() {
    try (Rtnl rtnl = places.rtnl().get()) {
      List<AddressEntry> addresses = rtnl.addresses().entries();
      for (LinkEntry link : rtnl.links().entries()) {
        if (link.name().equals(TUNL0)) {
          tunl0(link, addresses);
        } else if (link.kind().equals(KINDS.get(link.name()))) {
          goes(link, "its name is one of Calico's or ours, its kind " + link.kind());
        } else if (pods && isPods(link)) {
          goes(link, "a pair with a pod's name and MAC " + HostInterface.MAC);
        }
      }
    }
    return List.copyOf(found.keySet());
  }

  @Override
  public Map<Item, String> remove() {
    var stay = new LinkedHashMap<Item, String>();
    try (Rtnl rtnl = places.rtnl().get()) {
      found.forEach((item, requests) ->
          requests.stream()
              .map(request -> refused(rtnl, request))
              .flatMap(Optional::stream)
              .forEach(reason -> stay.merge(item, reason, (a, b) -> a + "; " + b)));
    }
    return stay;
  }

  private static Optional<String> refused(Rtnl rtnl, Request request) {
    Ack ack = rtnl.apply(request);
    boolean gone = ack.isOk() || ack.is(Errno.ENODEV) || ack.is(Errno.EADDRNOTAVAIL);
    return gone ? Optional.empty() : Optional.of(request + ": " + ack);
  }

  private void goes(LinkEntry link, String why) {
    found.put(new Item(name(), link.name(), why), List.of(new LinkRequest.Delete(link.index())));
  }

  private void tunl0(LinkEntry link, List<AddressEntry> addresses) {
    if (link.kind().equals(TUN)) {
      goes(link, "the forwarder's end of IPIP");
      return;
    }
    var requests = new ArrayList<Request>();
    for (AddressEntry address : addresses) {
      if (address.interfaceIndex() == link.index()
          && address.address().ip().family() == Family.IPV4) {
        requests.add(new AddressRequest.Delete(address));
      }
    }
    if (!requests.isEmpty()) {
      requests.add(new LinkRequest.SetUp(link.index(), false));
      found.put(
          new Item("address", TUNL0 + ", and that it is up", "the node's end of IPIP"), requests);
    }
  }

  /** As CNI makes them, Calico's or ours: a second program that uses the prefix has other MACs. */
  private boolean isPods(LinkEntry link) {
    return link.kind().equals("veth")
        && link.mac().equals(Optional.of(HostInterface.MAC))
        && places.prefixes().stream().anyMatch(link.name()::startsWith);
  }
}
