package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code vxlan.calico} and {@code vxlan-v6.calico} with their neighbours and forwarding entries. A
 * device comes up when its entries are there: what waits for it finds it whole. Other VXLAN devices
 * are not looked at. Owned by the thread of the tunnel loop.
 */
public final class VxlanTarget implements Target<TunnelKey, TunnelItem> {
  private final VxlanDevices devices;
  private final VxlanEntries entries;

  /** The name below each device, as it was wanted last. */
  private final Map<String, String> parents = new HashMap<>();

  private volatile Watched watched = new Watched(Set.of(), Set.of(), Set.of());

  /**
   * What events are looked at.
   *
   * @param own indexes of our devices
   * @param below indexes of those that ours send from
   * @param parents names of those that ours are to send from
   */
  private record Watched(Set<Integer> own, Set<Integer> below, Set<String> parents) {}

  public VxlanTarget(Rtnl rtnl, DeviceSettings settings) {
    this.entries = new VxlanEntries(rtnl);
    this.devices = new VxlanDevices(rtnl, settings, entries);
  }

  @Override
  public Map<TunnelKey, TunnelItem> dump() {
    var found = new HashMap<TunnelKey, TunnelItem>();
    var own = new HashSet<Integer>();
    var below = new HashSet<Integer>();
    for (Family family : Family.values()) {
      String name = TunnelKey.vxlanDevice(family);
      Optional<LinkEntry> link = devices.find(name);
      if (link.isPresent()) {
        own.add(link.get().index());
        if (link.get().data().orElse(null) instanceof LinkData.Vxlan data) {
          below.add(data.link());
        }
        found.put(new TunnelKey.Device(name), devices.read(link.get(), family));
        found.putAll(entries.read(link.get(), family));
      }
    }
    watched = new Watched(Set.copyOf(own), Set.copyOf(below), Set.copyOf(parents.values()));
    return found;
  }

  /** Whether an event may have changed one of the devices, or what one was waiting for. */
  boolean concerns(RtnlEvent event) {
    Watched now = watched;
    return switch (event) {
      case RtnlEvent.LinkChanged(LinkEntry link) -> concerns(now, link);
      case RtnlEvent.LinkGone(LinkEntry link) -> concerns(now, link);
      case RtnlEvent.AddressChanged(var address) -> now.own.contains(address.interfaceIndex());
      case RtnlEvent.AddressGone(var address) -> now.own.contains(address.interfaceIndex());
      case RtnlEvent.NeighbourChanged(var n) -> now.own.contains(n.interfaceIndex());
      case RtnlEvent.NeighbourGone(var n) -> now.own.contains(n.interfaceIndex());
      case RtnlEvent.Overrun() -> true;
      case RtnlEvent.RouteChanged _,
          RtnlEvent.RouteGone _,
          RtnlEvent.RuleChanged _,
          RtnlEvent.RuleGone _ ->
          false;
    };
  }

  /** See {@link TunnelTarget#mayUnblock}. */
  boolean mayUnblock(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.LinkChanged(LinkEntry link) -> watched.parents.contains(link.name());
      case RtnlEvent.LinkGone(LinkEntry link) ->
          link.data().orElse(null) instanceof LinkData.Vxlan && !isOurs(link.name());
      case RtnlEvent.Overrun() -> true;
      case RtnlEvent.AddressChanged _,
          RtnlEvent.AddressGone _,
          RtnlEvent.NeighbourChanged _,
          RtnlEvent.NeighbourGone _,
          RtnlEvent.RouteChanged _,
          RtnlEvent.RouteGone _,
          RtnlEvent.RuleChanged _,
          RtnlEvent.RuleGone _ ->
          false;
    };
  }

  private static boolean concerns(Watched now, LinkEntry link) {
    return isOurs(link.name())
        || now.own.contains(link.index())
        || now.below.contains(link.index())
        || now.parents.contains(link.name());
  }

  /** Whether a device of that name is made here. */
  static boolean isOurs(String name) {
    return name.equals(TunnelKey.VXLAN) || name.equals(TunnelKey.VXLAN_V6);
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem> diff) {
    var results = new ArrayList<ItemResult<TunnelKey>>();
    var wanted = new LinkedHashMap<TunnelKey.Device, TunnelItem.VxlanDevice>();
    diff.put()
        .forEach((key, item) -> {
          if (key instanceof TunnelKey.Device device
              && item instanceof TunnelItem.VxlanDevice vxlan) {
            wanted.put(device, vxlan);
          }
        });
    watch(wanted);
    var faults = new HashMap<TunnelKey.Device, String>();
    wanted.forEach((key, item) -> run(faults, key, () -> shape(key, item)));
    results.addAll(entries.put(links(), diff.put()));
    wanted.forEach((key, item) -> {
      if (!faults.containsKey(key)) {
        run(faults, key, () -> finish(key, item));
      }
      results.add(result(key, faults));
    });
    removeDevices(diff.remove(), results);
    results.addAll(entries.remove(links(), diff.remove()));
    return results;
  }

  /** Hears of a parent that is not there yet. */
  private void watch(Map<TunnelKey.Device, TunnelItem.VxlanDevice> wanted) {
    wanted.forEach((key, item) -> parents.put(key.name(), item.link().parent()));
    watched = new Watched(watched.own, watched.below, Set.copyOf(parents.values()));
  }

  private void removeDevices(Set<TunnelKey> keys, List<ItemResult<TunnelKey>> results) {
    for (TunnelKey key : keys) {
      if (key instanceof TunnelKey.Device device) {
        var faults = new HashMap<TunnelKey.Device, String>();
        parents.remove(device.name());
        run(faults, device, () -> devices.remove(device.name()));
        results.add(result(device, faults));
      }
    }
  }

  private void shape(TunnelKey.Device key, TunnelItem.VxlanDevice item) {
    devices.shape(key.name(), family(key), item.link());
  }

  private void finish(TunnelKey.Device key, TunnelItem.VxlanDevice item) {
    devices.find(key.name()).ifPresent(link -> devices.finish(link, family(key), item));
  }

  private Map<String, LinkEntry> links() {
    var links = new HashMap<String, LinkEntry>();
    for (Family family : Family.values()) {
      devices.find(TunnelKey.vxlanDevice(family)).ifPresent(link -> links.put(link.name(), link));
    }
    return links;
  }

  private static Family family(TunnelKey.Device key) {
    return key.name().equals(TunnelKey.VXLAN_V6) ? Family.IPV6 : Family.IPV4;
  }

  private static void run(
      Map<TunnelKey.Device, String> faults, TunnelKey.Device key, Runnable work) {
    try {
      work.run();
    } catch (KernelException e) {
      faults.put(key, key.name() + ": " + e.getMessage());
    }
  }

  private static ItemResult<TunnelKey> result(
      TunnelKey.Device key, Map<TunnelKey.Device, String> faults) {
    String fault = faults.get(key);
    return fault == null ? new ItemResult.Done<>(key) : new ItemResult.Failed<>(key, fault);
  }
}
