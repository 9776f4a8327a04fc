package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.NeighbourEntry.Kind;
import io.margay.kernel.rtnl.NeighbourRequest;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Neighbours and forwarding entries of VXLAN devices. What was learned by itself shows only where
 * it stands in the way of an entry that stays.
 */
final class VxlanEntries {
  private final Rtnl rtnl;

  VxlanEntries(Rtnl rtnl) {
    this.rtnl = rtnl;
  }

  /** Reads those of a device. */
  Map<TunnelKey, TunnelItem> read(LinkEntry link, Family family) {
    var found = new HashMap<TunnelKey, TunnelItem>();
    for (NeighbourEntry n : permanentNeighbours(link, family)) {
      if (n.destination().isPresent() && n.mac().isPresent()) {
        found.put(
            new TunnelKey.Neighbour(link.name(), n.destination().get()),
            new TunnelItem.Neighbour(n.mac().get()));
      }
    }
    for (NeighbourEntry n : forwarding(link)) {
      if (n.mac().isPresent()) {
        var nodes = n.destination().map(Set::of).orElse(Set.of());
        found.merge(
            new TunnelKey.FdbEntry(link.name(), n.mac().get()),
            new TunnelItem.FdbEntry(nodes, n.isPermanent()),
            VxlanEntries::both);
      }
    }
    return found;
  }

  /** A MAC with several ends: the flood list, which nobody wants here. */
  private static TunnelItem both(TunnelItem a, TunnelItem b) {
    var first = (TunnelItem.FdbEntry) a;
    var second = (TunnelItem.FdbEntry) b;
    var nodes = new HashSet<Ip>(first.nodes());
    nodes.addAll(second.nodes());
    return new TunnelItem.FdbEntry(nodes, first.permanent() && second.permanent());
  }

  private List<NeighbourEntry> permanentNeighbours(LinkEntry link, Family family) {
    return rtnl.neighbours(Kind.of(family), link.index()).entries().stream()
        .filter(NeighbourEntry::isPermanent)
        .toList();
  }

  private List<NeighbourEntry> forwarding(LinkEntry link) {
    return rtnl.neighbours(Kind.FORWARDING, link.index()).entries();
  }

  /** All entries that stay, to be given to the device that takes this one's place. */
  List<NeighbourEntry> lasting(LinkEntry link, Family family) {
    var all = new ArrayList<NeighbourEntry>();
    forwarding(link).stream().filter(NeighbourEntry::isPermanent).forEach(all::add);
    all.addAll(permanentNeighbours(link, family));
    return all;
  }

  /** Gives entries of another device to this one; what is refused shows at the next dump. */
  void give(LinkEntry link, List<NeighbourEntry> entries) {
    rtnl.apply(
        entries.stream()
            .map(e ->
                new NeighbourEntry(
                    e.kind(), link.index(), e.destination(), e.mac(), e.state(), e.flags()))
            .map(NeighbourRequest.Replace::new)
            .toList());
  }

  /**
   * Makes entries, in one go: forwarding entries first, so that what a neighbour resolves to has
   * somewhere to go.
   *
   * @param links the devices that are there, by name
   */
  List<ItemResult<TunnelKey>> put(Map<String, LinkEntry> links, Map<TunnelKey, TunnelItem> items) {
    var batch = new Batch();
    items.forEach((key, item) -> {
      if (key instanceof TunnelKey.FdbEntry(String device, Mac mac)
          && item instanceof TunnelItem.FdbEntry(Set<Ip> nodes, boolean _)) {
        for (Ip node : nodes) {
          batch.put(key, links.get(device), index -> NeighbourEntry.forwarding(index, mac, node));
        }
      }
    });
    items.forEach((key, item) -> {
      if (key instanceof TunnelKey.Neighbour(String device, Ip ip)
          && item instanceof TunnelItem.Neighbour(Mac mac)) {
        batch.put(key, links.get(device), index -> NeighbourEntry.permanent(index, ip, mac));
      }
    });
    return batch.run();
  }

  /** Removes entries, neighbours first; what is gone already is done. */
  List<ItemResult<TunnelKey>> remove(Map<String, LinkEntry> links, Set<TunnelKey> keys) {
    var batch = new Batch();
    for (TunnelKey key : keys) {
      if (key instanceof TunnelKey.Neighbour(String device, Ip ip)) {
        batch.remove(key, links.get(device), index -> NeighbourEntry.of(index, ip));
      }
    }
    for (TunnelKey key : keys) {
      if (key instanceof TunnelKey.FdbEntry(String device, Mac mac)) {
        batch.remove(key, links.get(device), index -> NeighbourEntry.forwarding(index, mac));
      }
    }
    return batch.run();
  }

  /** Requests that go to the kernel together; an item whose first refusal is its result. */
  private final class Batch {
    private final List<TunnelKey> keys = new ArrayList<>();
    private final List<NeighbourRequest> requests = new ArrayList<>();
    private final Map<TunnelKey, ItemResult<TunnelKey>> results = new LinkedHashMap<>();

    void put(TunnelKey key, @Nullable LinkEntry link, IntFunction<NeighbourEntry> entry) {
      if (link == null) {
        results.put(key, new ItemResult.Failed<>(key, "its device is not there"));
      } else {
        add(key, new NeighbourRequest.Replace(entry.apply(link.index())));
      }
    }

    void remove(TunnelKey key, @Nullable LinkEntry link, IntFunction<NeighbourEntry> entry) {
      if (link == null) {
        results.put(key, new ItemResult.Done<>(key));
      } else {
        add(key, new NeighbourRequest.Delete(entry.apply(link.index())));
      }
    }

    private void add(TunnelKey key, NeighbourRequest request) {
      keys.add(key);
      requests.add(request);
    }

    List<ItemResult<TunnelKey>> run() {
      List<Ack> acks = rtnl.apply(requests);
      for (int i = 0; i < acks.size(); i++) {
        TunnelKey key = keys.get(i);
        NeighbourRequest request = requests.get(i);
        Ack ack = acks.get(i);
        boolean gone = request instanceof NeighbourRequest.Delete && ack.is(Errno.ENOENT);
        if (ack.isOk() || gone) {
          results.putIfAbsent(key, new ItemResult.Done<>(key));
        } else {
          results.put(key, new ItemResult.Failed<>(key, request + ": " + ack));
        }
      }
      return List.copyOf(results.values());
    }
  }
}
