package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.Mtu;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The devices of this node's tunnels, with what they have to know of the other nodes. */
final class TunnelStage {
  private TunnelStage() {}

  /**
   * What the tunnels depend on.
   *
   * @param own this node's IPv4 address, where it has one
   * @param ends the cluster's nodes, this one among them
   * @param hostMtu the smallest of the uplinks
   * @param uplinks the devices that have this node's own address
   * @param tunnelled destinations that may be behind a forwarder
   */
  record Input(
      Sides sides,
      TunnelSettings settings,
      IpipSupport support,
      Optional<Ip4> own,
      NodeEnds ends,
      int hostMtu,
      Map<Family, String> uplinks,
      Map<Prefix, Ip4> tunnelled) {}

  /** What there should be, and the MTU that fits pods. */
  record Result(Map<TunnelKey, TunnelItem> items, int podMtu) {}

  static Result plan(Input input) {
    var items = new HashMap<TunnelKey, TunnelItem>();
    var mtus = new ArrayList<Integer>();
    if (input.sides().wanted().contains(Encap.IPIP)) {
      int mtu = Mtu.ofIpip(input.hostMtu(), OptionalInt.of(input.settings().ipipMtu()));
      mtus.add(mtu);
      table(input)
          .ifPresent(table ->
              items.putAll(
                  TunnelPlan.ipip(
                      input.support(),
                      input.sides().ipip(),
                      mtu,
                      table,
                      input.settings().checksums().usable())));
    }
    if (input.sides().wanted().contains(Encap.UDP)) {
      int mtu = Mtu.ofUdp(input.hostMtu());
      mtus.add(mtu);
      table(input)
          .ifPresent(table -> items.putAll(TunnelPlan.udp(input.sides().udp(), mtu, table)));
    }
    for (Family family : Family.values()) {
      if (input.sides().wanted().contains(Encap.vxlan(family))) {
        int mtu = Mtu.ofVxlan(input.hostMtu(), family, input.settings().vxlanMtu(family));
        mtus.add(mtu);
        items.putAll(vxlan(input, family, mtu));
      }
    }
    return new Result(items, Mtu.ofPods(input.hostMtu(), mtus));
  }

  /** What a forwarder has to know; nothing while this node has no address to send from. */
  private static Optional<ForwardingTable> table(Input input) {
    if (input.own().isEmpty()) {
      return Optional.empty();
    }
    Set<Prefix> sources = new HashSet<>();
    input.ends().addresses(Family.IPV4).forEach(ip -> sources.add(ip.asPrefix()));
    input.settings().externalNodes().stream()
        .filter(range -> range.family() == Family.IPV4)
        .forEach(sources::add);
    return Optional.of(new ForwardingTable(input.own().get(), input.tunnelled(), sources));
  }

  /** Nothing until the node has its end, and a device to send from. */
  private static Map<TunnelKey, TunnelItem> vxlan(Input input, Family family, int mtu) {
    String uplink = input.uplinks().get(family);
    var own = input.sides().vteps().get(family);
    if (uplink == null || own == null) {
      return Map.of();
    }
    var settings =
        new VxlanSettings(
            family,
            input.settings().vxlanVni(),
            input.settings().vxlanPort(),
            uplink,
            mtu,
            input.settings().checksums().usable());
    return TunnelPlan.vxlan(settings, own, input.ends().vteps(family));
  }
}
