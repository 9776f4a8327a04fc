package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code tunl0} as Felix has it: its address and no other of IPv4, its MTU, up. Where IPIP is not
 * wanted, the kernel's device stays without address; the forwarder's goes. Owned by the thread of
 * the tunnel loop.
 */
public final class DeviceTarget implements Target<TunnelKey, TunnelItem.Device> {
  private static final EventLog LOG = EventLog.of(DeviceTarget.class);
  private static final TunnelKey.Device KEY = new TunnelKey.Device(TunnelKey.TUNL0);

  private final Rtnl rtnl;
  private final IpipSupport support;
  private volatile int index;

  public DeviceTarget(Rtnl rtnl, IpipSupport support) {
    this.rtnl = rtnl;
    this.support = support;
  }

  /** Index of the device when it was last seen, 0 before; for any thread. */
  int index() {
    return index;
  }

  @Override
  public Map<TunnelKey, TunnelItem.Device> dump() {
    Optional<LinkEntry> link = link();
    if (link.isEmpty()) {
      return Map.of();
    }
    Set<InterfaceAddress> addresses = addresses(link.get());
    if (support == IpipSupport.KERNEL && addresses.isEmpty()) {
      // Not ours: the module makes such a one in every namespace.
      return Map.of();
    }
    return Map.of(KEY, new TunnelItem.Device(addresses, link.get().mtu(), link.get().isUp()));
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem.Device> diff) {
    var results = new ArrayList<ItemResult<TunnelKey>>();
    diff.put().forEach((key, item) -> results.add(result(key, () -> put(item))));
    diff.remove().forEach(key -> results.add(result(key, this::remove)));
    return results;
  }

  private static ItemResult<TunnelKey> result(TunnelKey key, Runnable work) {
    if (!key.equals(KEY)) {
      return new ItemResult.Failed<>(key, "no device of that name is made here");
    }
    try {
      work.run();
      return new ItemResult.Done<>(key);
    } catch (KernelException e) {
      return new ItemResult.Failed<>(key, String.valueOf(e.getMessage()));
    }
  }

  private void put(TunnelItem.Device wanted) {
    LinkEntry link = link().orElseGet(this::make);
    if (link.mtu() != wanted.mtu()) {
      rtnl.run(new LinkRequest.SetMtu(link.index(), wanted.mtu()));
    }
    // The new address first: Linux always has one to send from.
    Set<InterfaceAddress> present = addresses(link);
    for (InterfaceAddress address : missing(wanted.addresses(), present)) {
      rtnl.run(new AddressRequest.Replace(AddressEntry.of(link.index(), address)));
    }
    for (InterfaceAddress address : missing(present, wanted.addresses())) {
      delete(link, address);
    }
    if (wanted.up() && !link.isUp()) {
      // A TUN would otherwise get an IPv6 link-local address, and send solicitations into IPIP.
      // Refused where IPv6 is off: then there is nothing to prevent.
      rtnl.apply(new LinkRequest.SetLinkLocal(link.index(), false));
    }
    if (wanted.up() != link.isUp()) {
      rtnl.run(new LinkRequest.SetUp(link.index(), wanted.up()));
    }
    LOG.info(
        "tunnel.device.set", "device", KEY.name(), "found", found(link, present), "now", wanted);
  }

  private static TunnelItem.Device found(LinkEntry link, Set<InterfaceAddress> addresses) {
    return new TunnelItem.Device(addresses, link.mtu(), link.isUp());
  }

  private void remove() {
    Optional<LinkEntry> link = link();
    if (link.isEmpty()) {
      return;
    }
    switch (support) {
      case KERNEL -> addresses(link.get()).forEach(address -> delete(link.get(), address));
      case FORWARDER -> done(new LinkRequest.Delete(link.get().index()), Errno.ENODEV);
    }
    LOG.info("tunnel.device.removed", "device", KEY.name(), "by", support);
  }

  private void delete(LinkEntry link, InterfaceAddress address) {
    done(new AddressRequest.Delete(AddressEntry.of(link.index(), address)), Errno.EADDRNOTAVAIL);
  }

  /** A request after which something is gone; the errno says that it was gone before. */
  private void done(Request request, int gone) {
    Ack ack = rtnl.apply(request);
    if (!ack.is(gone)) {
      ack.orThrow(request);
    }
  }

  private LinkEntry make() {
    var request =
        new LinkRequest.Create(new NewLink.Tunnel(KEY.name(), Optional.empty(), LinkData.Ipip.ANY));
    if (support == IpipSupport.FORWARDER) {
      throw new KernelException("link show " + KEY.name(), Errno.ENODEV, "the forwarder makes it");
    }
    done(request, Errno.EEXIST);
    return link().orElseThrow(() -> new KernelException(request.toString(), Errno.ENODEV));
  }

  /** The device, when it is what it should be. */
  private Optional<LinkEntry> link() {
    Optional<LinkEntry> link = rtnl.link(KEY.name());
    index = link.map(LinkEntry::index).orElse(0);
    String kind = support == IpipSupport.KERNEL ? IpipProbe.KERNEL_KIND : IpipProbe.TUN_KIND;
    return link.filter(l -> l.kind().equals(kind));
  }

  private Set<InterfaceAddress> addresses(LinkEntry link) {
    var addresses = new HashSet<InterfaceAddress>();
    for (AddressEntry entry : rtnl.addresses().entries()) {
      if (entry.interfaceIndex() == link.index() && entry.address().ip().family() == Family.IPV4) {
        addresses.add(entry.address());
      }
    }
    return addresses;
  }

  private static Set<InterfaceAddress> missing(
      Set<InterfaceAddress> wanted, Set<InterfaceAddress> present) {
    var missing = new HashSet<>(wanted);
    missing.removeAll(present);
    return missing;
  }
}
