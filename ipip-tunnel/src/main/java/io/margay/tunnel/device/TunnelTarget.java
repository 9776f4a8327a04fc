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
import java.util.Optional;

/**
 * All of a node's tunnels as one target: the forwarder before its device, because it makes the
 * device and takes it away. Owned by the thread of the tunnel loop.
 */
public final class TunnelTarget implements Target<TunnelKey, TunnelItem> {
  private final DeviceTarget devices;
  private final Optional<ForwarderTarget> forwarder;

  /**
   * @param forwarder empty where the kernel moves the packets
   */
  public TunnelTarget(DeviceTarget devices, Optional<ForwarderTarget> forwarder) {
    this.devices = devices;
    this.forwarder = forwarder;
  }

  /** See {@link ForwarderTarget#keepUnwanted}. */
  public void keepUnwanted(boolean keep) {
    forwarder.ifPresent(f -> f.keepUnwanted(keep));
  }

  /** Whether an event may have changed a tunnel device: then the loop should resync. */
  public boolean concerns(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.LinkChanged(var link) -> link.name().equals(TunnelKey.TUNL0);
      case RtnlEvent.LinkGone(var link) -> link.name().equals(TunnelKey.TUNL0);
      case RtnlEvent.AddressChanged(var address) -> isOurs(address.interfaceIndex());
      case RtnlEvent.AddressGone(var address) -> isOurs(address.interfaceIndex());
      case RtnlEvent.Overrun() -> true;
      case RtnlEvent.RouteChanged _,
          RtnlEvent.RouteGone _,
          RtnlEvent.NeighbourChanged _,
          RtnlEvent.NeighbourGone _ ->
          false;
    };
  }

  private boolean isOurs(int index) {
    return index == devices.index();
  }

  @Override
  public Map<TunnelKey, TunnelItem> dump() {
    var all = new HashMap<TunnelKey, TunnelItem>(devices.dump());
    forwarder.ifPresent(f -> all.putAll(f.dump()));
    return all;
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem> diff) {
    var forwarding =
        new Diff<TunnelKey, TunnelItem.Forwarding>(new LinkedHashMap<>(), new LinkedHashSet<>());
    var device =
        new Diff<TunnelKey, TunnelItem.Device>(new LinkedHashMap<>(), new LinkedHashSet<>());
    var results = new ArrayList<ItemResult<TunnelKey>>();
    diff.put()
        .forEach((key, item) -> {
          switch (item) {
            case TunnelItem.Forwarding f -> forwarding.put().put(key, f);
            case TunnelItem.Device d -> device.put().put(key, d);
            case TunnelItem.VxlanDevice _, TunnelItem.Neighbour _, TunnelItem.FdbEntry _ ->
                results.add(new ItemResult.Failed<>(key, "VXLAN is not made here"));
          }
        });
    for (TunnelKey key : diff.remove()) {
      switch (key) {
        case TunnelKey.Forwarding _ -> forwarding.remove().add(key);
        case TunnelKey.Device _ -> device.remove().add(key);
        case TunnelKey.Neighbour _, TunnelKey.FdbEntry _ -> results.add(new ItemResult.Done<>(key));
      }
    }
    results.addAll(applyForwarding(forwarding));
    results.addAll(devices.apply(device));
    return results;
  }

  private List<ItemResult<TunnelKey>> applyForwarding(Diff<TunnelKey, TunnelItem.Forwarding> diff) {
    if (forwarder.isPresent()) {
      return forwarder.get().apply(diff);
    }
    var results = new ArrayList<ItemResult<TunnelKey>>();
    diff.put()
        .keySet()
        .forEach(key -> results.add(new ItemResult.Failed<>(key, "the kernel moves IPIP here")));
    diff.remove().forEach(key -> results.add(new ItemResult.Done<>(key)));
    return results;
  }
}
