package io.margay.route.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Felix's main table ownership, and BIRD's number. */
class OwnershipTest {
  private static final Ownership KEEP_EXTERNAL =
      new Ownership(
          Ownership.CALICO.workloadPrefixes(),
          Ownership.CALICO.devices(),
          Ownership.CALICO.exclusive(),
          false);

  record Case(String name, FibRoute route, boolean ours, boolean oursWithoutExternal) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("pod route of Felix or the CNI plugin", on("cali0", 3), true, true),
        new Case("BIRD's over the underlay", on("eth0", 12), true, true),
        new Case("BIRD's over tunl0", on("tunl0", 12), true, true),
        new Case("Felix's over vxlan.calico", on("vxlan.calico", 80), true, true),
        new Case("Felix's blackhole", dead(80), true, true),
        new Case("BIRD's blackhole", dead(12), true, true),
        new Case("an administrator's blackhole", dead(4), false, false),
        new Case("the CNI plugin's number elsewhere", on("eth0", 3), false, false),
        new Case("an administrator's", on("eth0", 4), false, false),
        new Case("DHCP's", on("eth0", 16), false, false),
        new Case("an administrator's to a pod", on("cali0", 4), true, false),
        new Case("the kernel's on a pod's interface", on("cali0", 2), false, false),
        new Case("the kernel's on the underlay", on("eth0", 2), false, false),
        new Case("to a pod and elsewhere", mixed(), false, false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRouteIsOursOrNot(Case c) {
    assertThat(Ownership.CALICO.isOurs(c.route)).isEqualTo(c.ours);
    assertThat(KEEP_EXTERNAL.isOurs(c.route)).isEqualTo(c.oursWithoutExternal);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void withoutAnyNumberOnlyOurInterfacesCount(Case c) {
    var nothing = new Ownership(List.of("veth"), Set.of(), Set.of(), true);
    assertThat(nothing.isOurs(c.route)).isFalse();
  }

  private static FibRoute on(String device, int protocol) {
    return FibRoute.unicast(protocol, FibNextHop.device(device));
  }

  private static FibRoute mixed() {
    return FibRoute.unicast(
        4, FibNextHop.device("cali0"), FibNextHop.via(Ip.of("192.0.2.1"), "eth0"));
  }

  private static FibRoute dead(int protocol) {
    return FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, protocol);
  }
}
