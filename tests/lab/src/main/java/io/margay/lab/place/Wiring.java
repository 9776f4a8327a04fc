package io.margay.lab.place;

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
    here.add("link set lo up");
    layBridge(MANAGEMENT_SWITCH);
    here.add("address add " + LabPlan.MANAGEMENT + " dev " + MANAGEMENT_SWITCH);
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
      address(node.name(), node.subnet(), node.address());
      var management = new InterfaceAddress(node.management(), LabPlan.MANAGEMENT.length());
      place(node.name()).ip(cardUp(MANAGEMENT_CARD, management));
    }
    address(LabPlan.WATCHER, plan.watcherSubnet(), plan.watcher());
    var router = new ArrayList<String>();
    for (Subnet subnet : plan.subnets()) {
      router.addAll(cardUp(subnet.name(), subnet.at(subnet.router())));
    }
    place(LabPlan.ROUTER).ip(router);
    place(LabPlan.ROUTER).run("sysctl", "-qw", "net.ipv4.ip_forward=1").orThrow();
  }

  private void address(String name, Subnet subnet, Ip address) {
    var lines = new ArrayList<>(cardUp("eth0", subnet.at(address)));
    lines.add("route add default via " + subnet.router());
    place(name).ip(lines);
  }

  private static List<String> cardUp(String card, InterfaceAddress address) {
    return List.of("address add " + address + " dev " + card, "link set " + card + " up");
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
