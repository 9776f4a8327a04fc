package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
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
  private final DeviceAddresses addresses;
  private final DeviceSettings settings;
  private final IpipSupport support;

  /** When it was last seen, 0 before. */
  private volatile int index;

  public DeviceTarget(Rtnl rtnl, DeviceSettings settings, IpipSupport support) {
    this.rtnl = rtnl;
    this.addresses = new DeviceAddresses(rtnl);
    this.settings = settings;
    this.support = support;
  }

  /** Whether an event may have changed the device; for any thread. */
  boolean concerns(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.LinkChanged(LinkEntry link) -> link.name().equals(TunnelKey.TUNL0);
      case RtnlEvent.LinkGone(LinkEntry link) -> link.name().equals(TunnelKey.TUNL0);
      case RtnlEvent.AddressChanged(var address) -> address.interfaceIndex() == index;
      case RtnlEvent.AddressGone(var address) -> address.interfaceIndex() == index;
      case RtnlEvent.Overrun() -> true;
      case RtnlEvent.RouteChanged _,
          RtnlEvent.RouteGone _,
          RtnlEvent.NeighbourChanged _,
          RtnlEvent.NeighbourGone _,
          RtnlEvent.RuleChanged _,
          RtnlEvent.RuleGone _ ->
          false;
    };
  }

  @Override
  public Map<TunnelKey, TunnelItem.Device> dump() {
    Optional<LinkEntry> link = link();
    if (link.isEmpty()) {
      return Map.of();
    }
    TunnelItem.Device found = read(link.get());
    if (support == IpipSupport.KERNEL && found.addresses().isEmpty()) {
      // Not ours: the module makes such a one in every namespace.
      return Map.of();
    }
    return Map.of(KEY, found);
  }

  private TunnelItem.Device read(LinkEntry link) {
    return new TunnelItem.Device(
        addresses.read(link, Family.IPV4),
        link.mtu(),
        link.isUp(),
        settings.offloadsChecksums(link.name()),
        settings.oddities(link.name(), Family.IPV4));
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
    TunnelItem.Device found = read(link);
    if (link.mtu() != wanted.mtu()) {
      rtnl.run(new LinkRequest.SetMtu(link.index(), wanted.mtu()));
    }
    addresses.set(link, Family.IPV4, wanted.addresses());
    if (wanted.up() && !link.isUp()) {
      // A TUN would otherwise get an IPv6 link-local address, and send solicitations into IPIP.
      // Refused where IPv6 is off: then there is nothing to prevent.
      rtnl.apply(new LinkRequest.SetLinkLocal(link.index(), false));
    }
    if (wanted.up() != link.isUp()) {
      rtnl.run(new LinkRequest.SetUp(link.index(), wanted.up()));
    }
    settings.allowOffload(link.name(), wanted.checksumOffload());
    settings.mend(link.name(), Family.IPV4);
    LOG.info("tunnel.device.set", "device", KEY.name(), "found", found, "now", wanted);
  }

  private void remove() {
    Optional<LinkEntry> link = link();
    if (link.isEmpty()) {
      return;
    }
    settings.forget(KEY.name());
    switch (support) {
      case KERNEL -> addresses.set(link.get(), Family.IPV4, Set.of());
      case FORWARDER -> rtnl.runUnless(Errno.ENODEV, new LinkRequest.Delete(link.get().index()));
    }
    LOG.info("tunnel.device.removed", "device", KEY.name(), "by", support);
  }

  private LinkEntry make() {
    var request =
        new LinkRequest.Create(new NewLink.Tunnel(KEY.name(), Optional.empty(), LinkData.Ipip.ANY));
    if (support == IpipSupport.FORWARDER) {
      throw new KernelException("link show " + KEY.name(), Errno.ENODEV, "the forwarder makes it");
    }
    rtnl.runUnless(Errno.EEXIST, request);
    return link().orElseThrow(() -> new KernelException(request.toString(), Errno.ENODEV));
  }

  /** The device, when it is what it should be. */
  private Optional<LinkEntry> link() {
    Optional<LinkEntry> link = rtnl.link(KEY.name());
    index = link.map(LinkEntry::index).orElse(0);
    String kind = support == IpipSupport.KERNEL ? IpipProbe.KERNEL_KIND : IpipProbe.TUN_KIND;
    return link.filter(l -> l.kind().equals(kind));
  }
}
