package io.margay.agent.view;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.Vtep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What tunnels have of other nodes: as it is there, beside what is wanted. */
public final class NodeTunnels {
  private final Map<TunnelKey, TunnelItem> wanted;
  private final Map<TunnelKey, TunnelItem> found;
  private final Map<TunnelKey, String> refused;
  private final String removal;

  /**
   * The entries of a node's end of the VXLAN.
   *
   * @param neighbour the tunnel address with its MAC
   * @param fdb the MAC with where its frames go
   * @param drift what is otherwise than wanted
   */
  record Entries(Optional<String> neighbour, Optional<String> fdb, List<String> drift) {}

  /** Something that nobody wants: the columns in which it shows, and what becomes of it. */
  record Unwanted(Family family, String neighbour, String fdb, String why) {}

  /**
   * Of a plan.
   *
   * @param found as it was just read
   * @param status how the loop stands that makes tunnels
   */
  public NodeTunnels(
      Map<TunnelKey, TunnelItem> wanted,
      Map<TunnelKey, TunnelItem> found,
      Optional<ReconcileStatus<TunnelKey>> status) {
    this.wanted = wanted;
    this.found = found;
    this.refused = StatusWords.refused(status);
    this.removal = StatusWords.removal(status);
  }

  /** Empty where this node has no VXLAN of the family. */
  Optional<Entries> of(Vtep vtep) {
    String device = TunnelKey.vxlanDevice(vtep.tunnelAddress().family());
    if (!wanted.containsKey(new TunnelKey.Device(device))) {
      return Optional.empty();
    }
    var drift = new ArrayList<String>();
    var neighbour = new TunnelKey.Neighbour(device, vtep.tunnelAddress());
    var fdb = new TunnelKey.FdbEntry(device, vtep.mac());
    compare("neighbour " + vtep.tunnelAddress(), neighbour, drift);
    compare("fdb " + vtep.mac(), fdb, drift);
    disputes(vtep, neighbour, fdb, drift);
    return Optional.of(
        new Entries(
            there(neighbour).map(item -> vtep.tunnelAddress() + " " + item),
            there(fdb).map(item -> vtep.mac() + " " + item),
            drift));
  }

  /** Two nodes with one tunnel address, or one MAC: only one of them is served. */
  private void disputes(
      Vtep vtep, TunnelKey.Neighbour neighbour, TunnelKey.FdbEntry fdb, List<String> drift) {
    if (wanted.get(neighbour) instanceof TunnelItem.Neighbour(Mac mac) && !mac.equals(vtep.mac())) {
      drift.add(
          "another node has its tunnel address " + vtep.tunnelAddress() + " too, with " + mac);
    } else if (wanted.get(fdb) instanceof TunnelItem.FdbEntry entry
        && !entry.nodes().contains(vtep.nodeAddress())) {
      drift.add("another node has its MAC " + vtep.mac() + " too, and it leads " + entry);
    }
  }

  /** What is not as it should be with a device of ours; nothing for any other. */
  List<String> ofDevice(String device) {
    var drift = new ArrayList<String>();
    compare(device, new TunnelKey.Device(device), drift);
    return drift;
  }

  /** To which node the forwarder behind a device sends; empty where there is none behind it. */
  Optional<String> forwarder(String device, Prefix destination) {
    return table(found, device)
        .flatMap(table -> Optional.ofNullable(table.get(destination)))
        .map(node -> "forwarder to " + node);
  }

  /** What is not as it should be with that. */
  List<String> ofForwarder(String device, Prefix destination) {
    Optional<Map<Prefix, Ip4>> table = table(wanted, device);
    if (table.isEmpty()) {
      return List.of();
    }
    var key = new TunnelKey.Forwarding(device);
    if (!(found.get(key) instanceof TunnelItem.Forwarding(var running, var oddities))) {
      return List.of(refusal("forwarder missing", key));
    }
    if (!oddities.isEmpty()) {
      return oddities.stream().sorted().map(why -> refusal("forwarder " + why, key)).toList();
    }
    @Nullable Ip4 want = table.get().get(destination);
    @Nullable Ip4 have = running.routes().get(destination);
    if (want == null || want.equals(have)) {
      return List.of();
    }
    String what = have == null ? "has no " + destination : "sends " + destination + " to " + have;
    return List.of("forwarder " + what + ", wanted " + want);
  }

  private static Optional<Map<Prefix, Ip4>> table(Map<TunnelKey, TunnelItem> items, String device) {
    return items.get(new TunnelKey.Forwarding(device))
            instanceof TunnelItem.Forwarding(var table, _)
        ? Optional.of(table.routes())
        : Optional.empty();
  }

  private Optional<TunnelItem> there(TunnelKey key) {
    return Optional.ofNullable(found.get(key));
  }

  private void compare(String name, TunnelKey key, List<String> drift) {
    @Nullable TunnelItem want = wanted.get(key);
    @Nullable TunnelItem have = found.get(key);
    if (want == null || want.equals(have)) {
      return;
    }
    String what = have == null ? " missing" : " is " + have;
    drift.add(refusal(name + what + ", wanted " + want, key));
  }

  private String refusal(String what, TunnelKey key) {
    String reason = refused.get(key);
    return reason == null ? what : what + ", refused: " + reason;
  }

  /** What is there and nobody wants. */
  List<Unwanted> unwanted() {
    return found.entrySet().stream()
        .filter(e -> !wanted.containsKey(e.getKey()))
        .map(e -> unwanted(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(Unwanted::toString))
        .toList();
  }

  private Unwanted unwanted(TunnelKey key, TunnelItem item) {
    String why = key + ": nothing asks for it; " + removal;
    return switch (key) {
      case TunnelKey.Neighbour(_, Ip address) ->
          new Unwanted(address.family(), address + " " + item, "-", why);
      case TunnelKey.FdbEntry(String device, Mac mac) ->
          new Unwanted(family(device), "-", mac + " " + item, why);
      case TunnelKey.Device(String device) -> new Unwanted(family(device), "-", "-", why);
      case TunnelKey.Forwarding(String device) -> new Unwanted(family(device), "-", "-", why);
    };
  }

  private static Family family(String device) {
    return device.equals(TunnelKey.VXLAN_V6) ? Family.IPV6 : Family.IPV4;
  }
}
