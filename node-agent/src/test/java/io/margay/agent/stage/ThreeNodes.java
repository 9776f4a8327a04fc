package io.margay.agent.stage;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.tunnel.plan.IpipSupport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A node in a cluster of three, as its planner sees it: for tests of what is planned to others. */
final class ThreeNodes {
  static final String POOL = "10.244.0.0/16";
  static final String POOL_V6 = "fd00:244::/48";
  static final Node.Tunnels ENDS = vxlan(Optional.empty(), "10.244.2.0", "");
  static final Node.Tunnels ENDS_V6 = vxlan(Optional.empty(), "", "fd00:244::2:0");

  /** This node: eth0 in 172.30.1.0/24 and fd00:1::/64, its tunnels up. */
  static final Node SELF =
      Images.node(
          "n1",
          vxlan(Optional.of(Ip.of("10.244.1.1")), "10.244.1.0", "fd00:244::1:0"),
          "172.30.1.9/24",
          "fd00:1::9/64");

  static final Node NEAR = Images.node("near", ENDS, "172.30.1.10/24", "fd00:1::10/64");
  static final Node FAR = Images.node("far", ENDS, "172.30.2.13/24", "fd00:2::13/64");

  static final Optional<Ip> NEAR_IPIP = Optional.of(Ip.of("10.244.3.1"));
  static final Affinity NEARS = Images.block("near", "10.244.3.0/26");

  static Node.Tunnels vxlan(Optional<Ip> ipip, String v4, String v6) {
    return new Node.Tunnels(ipip, end(v4), end(v6), Node.Modes.UNSAID);
  }

  static Node.Vxlan end(String address) {
    return address.isEmpty()
        ? Node.Vxlan.NONE
        : new Node.Vxlan(Optional.of(Ip.of(address)), Optional.empty());
  }

  static Node ofIpv6(String name, String... addresses) {
    return Images.node(name, ENDS_V6, addresses);
  }

  static LocalInterface up(String name, String... addresses) {
    return new LocalInterface(name, true, Stream.of(addresses).map(InterfaceAddress::of).toList());
  }

  static KernelFacts kernel() {
    return new KernelFacts(
        List.of(
            up("eth0", "172.30.1.9/24", "fd00:1::9/64"),
            up("tunl0", "10.244.1.1/32"),
            up("udp.margay", "10.244.1.1/32"),
            up("vxlan.calico", "10.244.1.0/32"),
            up("vxlan-v6.calico", "fd00:244::1:0/128")),
        Set.of("eth0", "tunl0", "udp.margay", "vxlan.calico", "vxlan-v6.calico", "caliweb"),
        Map.of("eth0", 1500),
        List.of(
            Onward.of(Prefix.of("172.30.1.0/24"), Hop.on("eth0")),
            Onward.of(Prefix.of("fd00:1::/64"), Hop.on("eth0")),
            Onward.of(Prefix.of("172.30.2.0/24"), Hop.via(Ip.of("172.30.1.1"), "eth0"))));
  }

  static Planner planned(Backend backend, Object... objects) {
    return planned(backend, kernel(), objects);
  }

  static Planner planned(Backend backend, KernelFacts kernel, Object... objects) {
    Planner planner = planner(backend, kernel);
    ClusterImage image = Images.of(objects);
    planner.image(image, ClusterDelta.from(image));
    planner.plan(0);
    return planner;
  }

  static Planner planner(Backend backend, KernelFacts kernel) {
    return planner(backend, kernel, IpipSupport.KERNEL);
  }

  static Planner planner(Backend backend, KernelFacts kernel, IpipSupport support) {
    var planner = Planners.of(Images.SELF, backend, new RouterId.NodeAddress(), support);
    planner.kernel(kernel);
    return planner;
  }

  /** Routes as ip-route(8) writes them, then what has none. */
  static List<String> shown(Planner planner) {
    var lines = new ArrayList<String>();
    planner.routes().wanted().forEach((key, route) -> lines.add(key + " " + route));
    planner.routes().left().forEach((to, why) -> lines.add(to + ": " + why.text()));
    lines.sort(null);
    return lines;
  }

  private ThreeNodes() {}
}
