package io.margay.lab.peer;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.PoolPlan;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What BIRD 2 is told so that it behaves as the BIRD of a Calico node: one block of its own,
 * everybody in the mesh, the router and the watcher as BGPPeers say. Timers are a second, to keep
 * its own start out of what the lab measures.
 */
final class BirdConfig {
  private BirdConfig() {}

  static String conf(LabPlan plan, NodePlan node) {
    var text = new StringBuilder();
    text.append("log \"/var/log/bird.log\" all;\n");
    text.append("router id ").append(LabPlan.routerId(node.address())).append(";\n");
    text.append("protocol device { scan time 1; }\n");
    for (Ip address : node.addresses()) {
      text.append(family(plan, node, address));
    }
    return text.toString();
  }

  /** What concerns one family, under names of its own: what Calico gives a BIRD of its own. */
  private static String family(LabPlan plan, NodePlan node, Ip own) {
    var channel = Channel.of(own.family());
    var text = new StringBuilder(settings(plan, own, channel));
    for (NodePlan other : plan.nodes()) {
      if (!other.equals(node)) {
        text.append(mesh(own, in(own.family(), other.addresses()), channel));
      }
    }
    Ip watcher = in(own.family(), plan.watchers());
    text.append(session("Global", watcher, LabPlan.NODES_AS, channel, ""));
    String noTransit =
        "  %s { export filter to_router%s; };\n".formatted(channel.word(), channel.suffix());
    Ip router = node.subnet().router(own.family());
    text.append(session("Node", router, LabPlan.ROUTER_AS, channel, noTransit));
    return text.toString();
  }

  /**
   * A family in BIRD's words.
   *
   * @param suffix of the names of what is there once a family
   */
  private record Channel(Family family, String word, String suffix) {
    static Channel of(Family family) {
      return switch (family) {
        case IPV4 -> new Channel(family, "ipv4", "");
        case IPV6 -> new Channel(family, "ipv6", "6");
      };
    }
  }

  private static Ip in(Family family, List<Ip> addresses) {
    return addresses.stream()
        .filter(address -> address.family() == family)
        .findFirst()
        .orElseThrow();
  }

  private static String settings(LabPlan plan, Ip own, Channel channel) {
    Prefix block =
        plan.birdBlocks().stream()
            .filter(each -> each.family() == own.family())
            .findFirst()
            .orElseThrow();
    String pools =
        plan.pools().stream()
            .map(PoolPlan::cidr)
            .filter(cidr -> cidr.family() == own.family())
            .map(c -> c + "+")
            .collect(Collectors.joining(", "));
    return """
    protocol direct { ADDRESSES; interface -"cali*", "*"; }
    protocol static { ADDRESSES; route BLOCK blackhole; }

    # Calico: own blocks as wholes, foreign addresses inside of any pool, nothing else.
    function in_poolsSUFFIX() { return net ~ [ POOLS ]; }
    filter to_peersSUFFIX {
      if net = BLOCK then accept;
      if net ~ [ BLOCK+ ] then reject;
      if in_poolsSUFFIX() then accept;
      reject;
    }
    # What BGPFilter "no-transit" says on the other nodes.
    filter to_routerSUFFIX {
      if source = RTS_BGP then reject;
      if net = BLOCK then accept;
      reject;
    }
    filter to_kernelSUFFIX {
      if source = RTS_BGP || source = RTS_STATIC then accept;
      reject;
    }
    protocol kernel {
      learn; persist; scan time 2; merge paths on; graceful restart;
      ADDRESSES { import all; export filter to_kernelSUFFIX; };
    }
    template bgp peerSUFFIX {
      local OWN as NODES_AS;
      multihop;
      graceful restart on;
      graceful restart time 120;
      connect delay time 1;
      connect retry time 1;
      error wait time 1,2;
      ADDRESSES { import all; export filter to_peersSUFFIX; gateway recursive; add paths on; };
    }
    """
        .replace("ADDRESSES", channel.word())
        .replace("SUFFIX", channel.suffix())
        .replace("BLOCK", block.toString())
        .replace("POOLS", pools)
        .replace("OWN", own.toString())
        .replace("NODES_AS", Integer.toString(LabPlan.NODES_AS));
  }

  // Calico: of two nodes the one with the greater address, as text, dials.
  private static String mesh(Ip own, Ip other, Channel channel) {
    boolean passive = other.toString().compareTo(own.toString()) > 0;
    return session("Mesh", other, LabPlan.NODES_AS, channel, passive ? "  passive on;\n" : "");
  }

  private static String session(String kind, Ip peer, int as, Channel channel, String more) {
    return "protocol bgp %s_%s from peer%s {\n  neighbor %s as %d;\n%s}\n"
        .formatted(kind, peer.toString().replaceAll("[.:]", "_"), channel.suffix(), peer, as, more);
  }
}
