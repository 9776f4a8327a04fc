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
 * {@code tunl0} as Felix has it, or {@code udp.margay} likewise: its address and no other of IPv4,
 * its MTU, up. Where it is not wanted, the kernel's device stays without address; the forwarder's
 * goes. Owned by the thread of the tunnel loop.
 */
public final class DeviceTarget implements Target<TunnelKey, TunnelItem.Device> {
  private static final EventLog LOG = EventLog.of(DeviceTarget.class);

  private final TunnelKey.Device key;
  private final Rtnl rtnl;
  private final DeviceAddresses addresses;
  private final DeviceSettings settings;
  private final IpipSupport support;

  /** When it was last seen, 0 before. */
  private volatile int index;

  private DeviceTarget(String name, Rtnl rtnl, DeviceSettings settings, IpipSupport support) {
    this.key = new TunnelKey.Device(name);
    this.rtnl = rtnl;
    this.addresses = new DeviceAddresses(rtnl);
    this.settings = settings;
    this.support = support;
  }

  /** That of IPIP. */
  public static DeviceTarget ofIpip(Rtnl rtnl, DeviceSettings settings, IpipSupport support) {
    return new DeviceTarget(TunnelKey.TUNL0, rtnl, settings, support);
  }

  /** That of UDP encapsulation, always the forwarder's. */
  public static DeviceTarget ofUdp(Rtnl rtnl, DeviceSettings settings) {
    return new DeviceTarget(TunnelKey.UDP, rtnl, settings, IpipSupport.FORWARDER);
  }

  /** What its items are known by. */
  TunnelKey.Device key() {
    return key;
  }

  /** Whether an event may have changed the device; for any thread. */
  boolean concerns(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.LinkChanged(LinkEntry link) -> link.name().equals(key.name());
      case RtnlEvent.LinkGone(LinkEntry link) -> link.name().equals(key.name());
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
    return Map.of(key, found);
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
    diff.put().forEach((asked, item) -> results.add(result(asked, () -> put(item))));
    diff.remove().forEach(asked -> results.add(result(asked, this::remove)));
    return results;
  }

  private ItemResult<TunnelKey> result(TunnelKey asked, Runnable work) {
    if (!asked.equals(key)) {
      return new ItemResult.Failed<>(asked, "no device of that name is made here");
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
    LOG.info("tunnel.device.set", "device", key.name(), "found", found, "now", wanted);
  }

  private void remove() {
    Optional<LinkEntry> link = link();
    if (link.isEmpty()) {
      return;
    }
    settings.forget(key.name());
    switch (support) {
      case KERNEL -> addresses.set(link.get(), Family.IPV4, Set.of());
      case FORWARDER -> rtnl.runUnless(Errno.ENODEV, new LinkRequest.Delete(link.get().index()));
    }
    LOG.info("tunnel.device.removed", "device", key.name(), "by", support);
  }

  private LinkEntry make() {
    var request =
        new LinkRequest.Create(new NewLink.Tunnel(key.name(), Optional.empty(), LinkData.Ipip.ANY));
    if (support == IpipSupport.FORWARDER) {
      throw new KernelException("link show " + key.name(), Errno.ENODEV, "the forwarder makes it");
    }
    rtnl.runUnless(Errno.EEXIST, request);
    return link().orElseThrow(() -> new KernelException(request.toString(), Errno.ENODEV));
  }

  /** The device, when it is what it should be. */
  private Optional<LinkEntry> link() {
    Optional<LinkEntry> link = rtnl.link(key.name());
    index = link.map(LinkEntry::index).orElse(0);
    String kind = support == IpipSupport.KERNEL ? IpipProbe.KERNEL_KIND : IpipProbe.TUN_KIND;
    return link.filter(l -> l.kind().equals(kind));
  }
}
