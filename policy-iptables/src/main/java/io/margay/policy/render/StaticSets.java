package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.policy.model.AddressPool;
import io.margay.policy.model.PolicyWorld;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The sets that are there whatever the policies are: pools and hosts. */
final class StaticSets {
  private StaticSets() {}

  /** All pools: what goes from one to another is never masqueraded. */
  static SetName pools(Family family) {
    return SetName.named(family, "network-ip-pools");
  }

  /** The pools whose addresses nobody outside knows. */
  static SetName masqueraded(Family family) {
    return SetName.named(family, "masq-ipam-pools");
  }

  /** The nodes of the cluster: they may send encapsulated packets. */
  static SetName hosts(Family family) {
    return SetName.named(family, "all-hosts-net");
  }

  /** The nodes that have an end of the VXLAN: they may send in it. */
  static SetName vxlanHosts(Family family) {
    return SetName.named(family, "all-vxlan-net");
  }

  /** All of one family. */
  static Map<SetName, SetSpec> render(Family family, PolicyWorld world, RenderSettings settings) {
    int most = settings.maxSetSize();
    List<Prefix> pools = world.pools().stream().map(AddressPool::cidr).toList();
    List<Prefix> masqueraded =
        world.pools().stream().filter(AddressPool::natOutgoing).map(AddressPool::cidr).toList();
    var sets = new LinkedHashMap<SetName, SetSpec>();
    sets.put(pools(family), SetSpec.nets(family, most, pools));
    sets.put(masqueraded(family), SetSpec.nets(family, most, masqueraded));
    RenderSettings.Tunnels tunnels = settings.tunnels();
    if (tunnels.ipip(family).isPresent() || tunnels.udp(family).isPresent()) {
      sets.put(hosts(family), SetSpec.nets(family, most, senders(world.hosts(), settings)));
    }
    if (tunnels.vxlan(family).isPresent()) {
      sets.put(
          vxlanHosts(family), SetSpec.nets(family, most, senders(world.vxlanHosts(), settings)));
    }
    return sets;
  }

  private static List<Prefix> senders(Collection<Ip> nodes, RenderSettings settings) {
    return Stream.concat(nodes.stream().map(Ip::asPrefix), settings.externalNodes().stream())
        .toList();
  }
}
