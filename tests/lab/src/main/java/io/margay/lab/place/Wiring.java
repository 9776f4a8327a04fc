package io.margay.lab.place;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.process.Program;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The switches and cables. The switches are bridges in the namespace of the process that calls; a
 * cable is a veth from a switch to a card in a place.
 */
public final class Wiring {
  private static final String MANAGEMENT_SWITCH = "mgmt";
  private static final String MANAGEMENT_CARD = "mgmt0";

  private final LabPlan plan;
  private final Map<String, Place> places;
  private final List<String> here = new ArrayList<>();

  private Wiring(LabPlan plan, Map<String, Place> places) {
    this.plan = plan;
    this.places = places;
  }

  /** Wires the places, by name, as the plan says. */
  public static void build(LabPlan plan, Map<String, Place> places) {
    new Wiring(plan, places).build();
  }

  private void build() {
    layBridge(MANAGEMENT_SWITCH);
    here.add(addressed(MANAGEMENT_SWITCH, plan.management()));
    plan.subnets().forEach(subnet -> layBridge(subnet.name()));
    for (NodePlan node : plan.nodes()) {
      cable(node.subnet().name(), node.name(), "eth0");
      cable(MANAGEMENT_SWITCH, node.name(), MANAGEMENT_CARD);
      // Over the management network nodes reach the API server, never each other.
      here.add(
          "link set " + port(MANAGEMENT_SWITCH, node.name()) + " type bridge_slave isolated on");
    }
    cable(plan.watcherSubnet().name(), LabPlan.WATCHER, "eth0");
    for (Subnet subnet : plan.subnets()) {
      cable(subnet.name(), LabPlan.ROUTER, subnet.name());
    }
    Program.run(
            List.of("ip", "-batch", "-"), Optional.of(String.join("\n", here) + "\n"), Place.SOON)
        .orThrow();
    addressAll();
  }

  private void addressAll() {
    for (NodePlan node : plan.nodes()) {
      address(node.name(), node.subnet(), node.addresses());
      var management = new InterfaceAddress(node.management(), plan.management().length());
      place(node.name()).ip(cardUp(MANAGEMENT_CARD, List.of(management)));
    }
    address(LabPlan.WATCHER, plan.watcherSubnet(), plan.watchers());
    var router = new ArrayList<String>();
    for (Subnet subnet : plan.subnets()) {
      router.addAll(cardUp(subnet.name(), subnet.routers().stream().map(subnet::at).toList()));
    }
    place(LabPlan.ROUTER).ip(router);
    place(LabPlan.ROUTER)
        .run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
        .orThrow();
  }

  private void address(String name, Subnet subnet, List<Ip> addresses) {
    var lines = new ArrayList<>(cardUp("eth0", addresses.stream().map(subnet::at).toList()));
    subnet.routers().forEach(router -> lines.add("route add default via " + router));
    place(name).ip(lines);
  }

  private static List<String> cardUp(String card, List<InterfaceAddress> addresses) {
    var lines = new ArrayList<String>();
    addresses.forEach(address -> lines.add(addressed(card, address)));
    lines.add("link set " + card + " up");
    return lines;
  }

  /** An IPv6 address is used at once: nobody else can have it, and to find that out takes 2 s. */
  private static String addressed(String card, InterfaceAddress address) {
    String more = address.ip().family() == Family.IPV6 ? " nodad" : "";
    return "address add " + address + " dev " + card + more;
  }

  private void layBridge(String name) {
    here.add("link add " + name + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
    here.add("link set " + name + " up");
  }

  private void cable(String bridge, String place, String card) {
    String port = port(bridge, place);
    here.add(
        "link add %s type veth peer name %s netns %d".formatted(port, card, place(place).holder()));
    here.add("link set " + port + " master " + bridge + " up");
  }

  /** The switch's end of a cable; interface names end at 15 characters. */
  private static String port(String bridge, String place) {
    return bridge.substring(0, 1) + bridge.charAt(bridge.length() - 1) + "-" + place;
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalStateException("the lab has no place " + name);
    }
    return place;
  }
}
