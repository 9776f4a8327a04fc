package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkData.VxlanFlag;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.NewLink;
import io.margay.tunnel.plan.TunnelItem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Makes, changes and removes VXLAN devices. One that cannot be changed into what is wanted is made
 * anew, and gets the entries of the old one. Owned by the thread of the tunnel loop.
 */
final class VxlanDevices {
  private static final EventLog LOG = EventLog.of(VxlanDevices.class);
  private static final Mac NO_MAC = new Mac(0);

  private final Rtnl rtnl;
  private final DeviceSettings settings;
  private final DeviceAddresses addresses;
  private final VxlanEntries entries;

  VxlanDevices(Rtnl rtnl, DeviceSettings settings, VxlanEntries entries) {
    this.rtnl = rtnl;
    this.settings = settings;
    this.addresses = new DeviceAddresses(rtnl);
    this.entries = entries;
  }

  /** The device of that name when it is a VXLAN. */
  Optional<LinkEntry> find(String name) {
    return rtnl.link(name).filter(link -> link.data().orElse(null) instanceof LinkData.Vxlan);
  }

  TunnelItem.VxlanDevice read(LinkEntry link, Family family) {
    LinkData.Vxlan data = vxlan(link);
    var oddities = new HashSet<>(settings.oddities(link.name(), family));
    data.remote().ifPresent(ip -> oddities.add("remote " + ip));
    data.flags().forEach(flag -> oddities.add(flag.word()));
    if (!data.outer().equals(LinkData.Outer.BY_ITSELF)) {
      oddities.add(data.outer().toString().strip());
    }
    return new TunnelItem.VxlanDevice(
        new TunnelItem.VxlanLink(
            data.vni(), data.port(), parentName(data), data.local(), link.mac().orElse(NO_MAC)),
        addresses.read(link, family),
        link.mtu(),
        link.isUp(),
        settings.offloadsChecksums(link.name()),
        oddities);
  }

  private String parentName(LinkData.Vxlan data) {
    return data.link() == 0 ? "" : rtnl.link(data.link()).map(LinkEntry::name).orElse("");
  }

  private static LinkData.Vxlan vxlan(LinkEntry link) {
    if (link.data().orElse(null) instanceof LinkData.Vxlan vxlan) {
      return vxlan;
    }
    throw new IllegalArgumentException(link.name() + " is no VXLAN device");
  }

  /**
   * Sees to it that the device is there with its VNI, port, parent, addresses outside, MAC. A new
   * one is down.
   */
  void shape(String name, Family family, TunnelItem.VxlanLink wanted) {
    LinkData.Vxlan data = data(name, wanted);
    var making = new NewLink.Tunnel(name, Optional.of(wanted.mac()), data);
    Optional<LinkEntry> present = rtnl.link(name);
    if (present.isEmpty()) {
      create(making, List.of());
      LOG.info("tunnel.device.made", "device", name, "as", data, "mac", wanted.mac());
    } else if (!change(present.get(), data)) {
      remake(present.get(), family, making);
    } else if (!present.get().mac().equals(Optional.of(wanted.mac()))) {
      rtnl.run(new LinkRequest.SetMac(present.get().index(), wanted.mac()));
    }
  }

  private LinkData.Vxlan data(String name, TunnelItem.VxlanLink wanted) {
    int parent =
        rtnl.link(wanted.parent())
            .orElseThrow(() ->
                new KernelException(
                    "link show " + wanted.parent(), Errno.ENODEV, name + " is to send from it"))
            .index();
    return new LinkData.Vxlan(
        wanted.vni(),
        wanted.port(),
        parent,
        wanted.local(),
        Optional.empty(),
        LinkData.Outer.BY_ITSELF,
        Set.of());
  }

  /** Changes the living device; false when the kernel cannot. Linux before 5.0 takes no parent. */
  private boolean change(LinkEntry link, LinkData.Vxlan wanted) {
    if (!(link.data().orElse(null) instanceof LinkData.Vxlan found)) {
      return false;
    }
    if (found.equals(wanted)) {
      return true;
    }
    var staying = new HashSet<>(found.flags());
    staying.remove(VxlanFlag.LEARNING);
    boolean possible =
        found.vni() == wanted.vni()
            && found.port() == wanted.port()
            && found.remote().isEmpty()
            && family(found.local()).equals(family(wanted.local()))
            && found.outer().df() == 0
            && staying.isEmpty();
    if (!possible) {
      return false;
    }
    rtnl.apply(new LinkRequest.ChangeVxlan(link.index(), wanted));
    // Whatever it answered: a kernel that ignores a part must not be asked again and again.
    boolean changed = rtnl.link(link.index()).flatMap(LinkEntry::data).equals(Optional.of(wanted));
    if (changed) {
      LOG.info("tunnel.device.changed", "device", link.name(), "from", found, "to", wanted);
    }
    return changed;
  }

  private static Optional<Family> family(Optional<Ip> address) {
    return address.map(Ip::family);
  }

  /** Routes through the device die with it; whoever keeps them hears of it. */
  private void remake(LinkEntry old, Family family, NewLink.Tunnel making) {
    refuseCollision(making);
    List<NeighbourEntry> kept =
        old.data().orElse(null) instanceof LinkData.Vxlan
            ? entries.lasting(old, family)
            : List.of();
    rtnl.runUnless(Errno.ENODEV, new LinkRequest.Delete(old.index()));
    create(making, kept);
    LOG.info(
        "tunnel.device.remade",
        "device",
        old.name(),
        "was",
        old.data().map(LinkData::toString).orElse(old.kind()),
        "is",
        making.data(),
        "entries",
        kept.size());
  }

  private void create(NewLink.Tunnel making, List<NeighbourEntry> kept) {
    var request = new LinkRequest.Create(making);
    Ack ack = rtnl.apply(request);
    if (ack.is(Errno.EEXIST)) {
      refuseCollision(making);
    }
    ack.orThrow(request);
    find(making.name()).ifPresent(link -> entries.give(link, kept));
  }

  /** Before a device goes away for another that the kernel would refuse. */
  private void refuseCollision(NewLink.Tunnel making) {
    Optional<String> taken = new VxlanCollision(rtnl).of(making);
    if (taken.isPresent()) {
      throw new KernelException("link add " + making.name(), Errno.EEXIST, taken.get());
    }
  }

  /** All that a device has besides its shape; up at the end, so that routes find it ready. */
  void finish(LinkEntry link, Family family, TunnelItem.VxlanDevice wanted) {
    var faults = new ArrayList<KernelException>();
    attempt(faults, () -> addresses.set(link, family, wanted.addresses()));
    attempt(faults, () -> setMtu(link, wanted));
    attempt(faults, () -> settings.mend(link.name(), family));
    attempt(faults, () -> settings.allowOffload(link.name(), wanted.checksumOffload()));
    attempt(faults, () -> setUp(link, family, wanted));
    if (!faults.isEmpty()) {
      throw faults.getFirst();
    }
  }

  private static void attempt(List<KernelException> faults, Runnable step) {
    try {
      step.run();
    } catch (KernelException e) {
      faults.add(e);
    }
  }

  private void setMtu(LinkEntry link, TunnelItem.VxlanDevice wanted) {
    if (link.mtu() == wanted.mtu()) {
      return;
    }
    var request = new LinkRequest.SetMtu(link.index(), wanted.mtu());
    Ack ack = rtnl.apply(request);
    if (ack.is(Errno.EINVAL)) {
      String parent = wanted.link().parent();
      String words = rtnl.link(parent).map(p -> parent + " below it has MTU " + p.mtu()).orElse("");
      throw new KernelException(request.toString(), Errno.EINVAL, words);
    }
    ack.orThrow(request);
  }

  private void setUp(LinkEntry link, Family family, TunnelItem.VxlanDevice wanted) {
    if (link.isUp() == wanted.up()) {
      return;
    }
    if (family == Family.IPV6) {
      // Calico's device of IPv6 has its tunnel address alone, and no link-local one.
      rtnl.apply(new LinkRequest.SetLinkLocal(link.index(), false));
    }
    var request = new LinkRequest.SetUp(link.index(), wanted.up());
    Ack ack = rtnl.apply(request);
    if (ack.is(Errno.EADDRINUSE)) {
      String words = new VxlanCollision(rtnl).ofPort(link.name(), vxlan(link).port());
      throw new KernelException(request.toString(), Errno.EADDRINUSE, words);
    }
    ack.orThrow(request);
  }

  /** Removes the device, and all that it had with it. */
  void remove(String name) {
    Optional<LinkEntry> link = find(name);
    if (link.isPresent()) {
      rtnl.runUnless(Errno.ENODEV, new LinkRequest.Delete(link.get().index()));
      LOG.info("tunnel.device.removed", "device", name);
    }
    settings.forget(name);
  }
}
