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
  private final DeviceTarget ipip;
  private final VxlanTarget vxlan;
  private final Optional<ForwarderTarget> forwarder;

  /**
   * @param forwarder empty where the kernel moves the packets
   */
  public TunnelTarget(DeviceTarget ipip, VxlanTarget vxlan, Optional<ForwarderTarget> forwarder) {
    this.ipip = ipip;
    this.vxlan = vxlan;
    this.forwarder = forwarder;
  }

  /** See {@link ForwarderTarget#keepUnwanted}. */
  public void keepUnwanted(boolean keep) {
    forwarder.ifPresent(f -> f.keepUnwanted(keep));
  }

  /** Whether an event may have changed a tunnel device: then the loop should resync. */
  public boolean concerns(RtnlEvent event) {
    return ipip.concerns(event) || vxlan.concerns(event);
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
    var all = new HashMap<TunnelKey, TunnelItem>(ipip.dump());
    all.putAll(vxlan.dump());
    forwarder.ifPresent(f -> all.putAll(f.dump()));
    return all;
  }

  @Override
  public List<ItemResult<TunnelKey>> apply(Diff<TunnelKey, TunnelItem> diff) {
    var forwarding =
        new Diff<TunnelKey, TunnelItem.Forwarding>(new LinkedHashMap<>(), new LinkedHashSet<>());
    var tunl0 =
        new Diff<TunnelKey, TunnelItem.Device>(new LinkedHashMap<>(), new LinkedHashSet<>());
    var vxlans = new Diff<TunnelKey, TunnelItem>(new LinkedHashMap<>(), new LinkedHashSet<>());
    diff.put()
        .forEach((key, item) -> {
          switch (item) {
            case TunnelItem.Forwarding f -> forwarding.put().put(key, f);
            case TunnelItem.Device d -> tunl0.put().put(key, d);
            case TunnelItem.VxlanDevice _, TunnelItem.Neighbour _, TunnelItem.FdbEntry _ ->
                vxlans.put().put(key, item);
          }
        });
    for (TunnelKey key : diff.remove()) {
      switch (key) {
        case TunnelKey.Forwarding _ -> forwarding.remove().add(key);
        case TunnelKey.Device(String name) ->
            (VxlanTarget.isOurs(name) ? vxlans.remove() : tunl0.remove()).add(key);
        case TunnelKey.Neighbour _, TunnelKey.FdbEntry _ -> vxlans.remove().add(key);
      }
    }
    var results = new ArrayList<ItemResult<TunnelKey>>();
    results.addAll(applyForwarding(forwarding));
    results.addAll(ipip.apply(tunl0));
    results.addAll(vxlan.apply(vxlans));
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
