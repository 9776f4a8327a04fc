package io.margay.tunnel.device;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.tunnel.control.ForwarderTarget;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All of a node's tunnels as one target: a forwarder before its device, because it makes the device
 * and takes it away. Owned by the thread of the tunnel loop.
 */
public final class TunnelTarget implements Target<TunnelKey, TunnelItem> {
  private final List<DeviceTarget> devices;
  private final VxlanTarget vxlan;
  private final List<ForwarderTarget> forwarders;

  /**
   * @param devices of IPIP and of UDP encapsulation
   * @param forwarders of those devices whose packets the kernel does not move
   */
  public TunnelTarget(
      List<DeviceTarget> devices, VxlanTarget vxlan, List<ForwarderTarget> forwarders) {
    this.devices = List.copyOf(devices);
    this.vxlan = vxlan;
    this.forwarders = List.copyOf(forwarders);
  }

  /** See {@link ForwarderTarget#keepUnwanted}. */
  public void keepUnwanted(boolean keep) {
    forwarders.forEach(forwarder -> forwarder.keepUnwanted(keep));
  }

  /** Whether an event may have changed a tunnel device: then the loop should resync. */
  public boolean concerns(RtnlEvent event) {
    return devices.stream().anyMatch(device -> device.concerns(event)) || vxlan.concerns(event);
  }

  /**
   * Whether what the kernel refused may be taken after this event: an uplink is there, or a device
   * that stood in the way is gone. Never by what is done here: that would go round and round.
   */
  public boolean mayUnblock(RtnlEvent event) {
    return vxlan.mayUnblock(event);
  }

  @Override
  public Map<TunnelKey, TunnelItem> dump() {
    var all = new HashMap<TunnelKey, TunnelItem>(vxlan.dump());
    devices.forEach(device -> all.putAll(device.dump()));
    forwarders.forEach(forwarder -> all.putAll(forwarder.dump()));
    return all;
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem> diff) {
    var left =
        new Diff<TunnelKey, TunnelItem>(
            new LinkedHashMap<>(diff.put()), new LinkedHashSet<>(diff.remove()));
    var results = new ArrayList<ItemResult<TunnelKey>>();
    for (ForwarderTarget forwarder : forwarders) {
      results.addAll(forwarder.apply(take(forwarder.key(), TunnelItem.Forwarding.class, left)));
    }
    for (DeviceTarget device : devices) {
      results.addAll(device.apply(take(device.key(), TunnelItem.Device.class, left)));
    }
    results.addAll(withoutForwarder(left));
    results.addAll(vxlan.apply(left));
    return results;
  }

  /** The part of what is left that concerns one item. */
  private static <V extends TunnelItem> Diff<TunnelKey, V> take(
      TunnelKey key, Class<V> kind, Diff<TunnelKey, TunnelItem> left) {
    var put = new LinkedHashMap<TunnelKey, V>();
    TunnelItem item = left.put().remove(key);
    if (kind.isInstance(item)) {
      put.put(key, kind.cast(item));
    }
    return new Diff<>(put, left.remove().remove(key) ? Set.of(key) : Set.of());
  }

  private static List<ItemResult<TunnelKey>> withoutForwarder(Diff<TunnelKey, TunnelItem> left) {
    var results = new ArrayList<ItemResult<TunnelKey>>();
    for (TunnelKey key : List.copyOf(left.put().keySet())) {
      if (key instanceof TunnelKey.Forwarding) {
        left.put().remove(key);
        results.add(new ItemResult.Failed<>(key, "the kernel moves its packets here"));
      }
    }
    for (TunnelKey key : List.copyOf(left.remove())) {
      if (key instanceof TunnelKey.Forwarding) {
        left.remove().remove(key);
        results.add(new ItemResult.Done<>(key));
      }
    }
    return results;
  }
}
