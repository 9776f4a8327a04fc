package io.margay.route.fib;

import java.util.List;
import java.util.Set;

/**
 * Which routes of the main table are ours to change: those that carry Calico's numbers, so that
 * taking over from calico-node, and giving back, changes nothing (Felix's main table ownership
 * policy, and BIRD's protocol number).
 *
 * @param workloadPrefixes how the names of pods' interfaces start
 * @param devices other interfaces whose routes are all ours
 * @param exclusive protocols that nobody else uses
 * @param external whether routes of any protocol on our interfaces are ours (removeExternalRoutes);
 *     else only those of Calico's numbers
 */
public record Ownership(
    List<String> workloadPrefixes, Set<String> devices, Set<Integer> exclusive, boolean external) {
  /** Of the routes of local pods (deviceRouteProtocol): {@code boot}, which others use too. */
  public static final int DEVICE_PROTOCOL = 3;

  /** Of routes that BGP brought. */
  public static final int BIRD_PROTOCOL = 12;

  /** Of blocks, tunnels and subnets. */
  public static final int CLUSTER_PROTOCOL = 80;

  /** Made by the kernel itself: addresses and their networks. Never anybody's to take away. */
  private static final int KERNEL_PROTOCOL = 2;

  /** Calico's defaults. */
  public static final Ownership CALICO =
      new Ownership(
          List.of("cali"),
          Set.of("vxlan.calico", "vxlan-v6.calico"),
          Set.of(BIRD_PROTOCOL, CLUSTER_PROTOCOL),
          true);

  public Ownership {
    workloadPrefixes = List.copyOf(workloadPrefixes);
    devices = Set.copyOf(devices);
    exclusive = Set.copyOf(exclusive);
  }

  /** Whether a route is ours to change or remove. */
  public boolean isOurs(FibRoute route) {
    if (exclusive.contains(route.protocol())) {
      return true;
    }
    if (route.protocol() == KERNEL_PROTOCOL || route.nextHops().isEmpty()) {
      return false;
    }
    boolean here = route.nextHops().stream().allMatch(hop -> isOurs(hop.interfaceName()));
    return here && (external || route.protocol() == DEVICE_PROTOCOL);
  }

  private boolean isOurs(String interfaceName) {
    return devices.contains(interfaceName) || isWorkload(interfaceName);
  }

  private boolean isWorkload(String interfaceName) {
    for (String prefix : workloadPrefixes) {
      if (interfaceName.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
