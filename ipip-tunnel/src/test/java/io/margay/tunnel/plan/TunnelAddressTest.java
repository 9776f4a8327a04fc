package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.TunnelAddress.Decision;
import io.margay.tunnel.plan.TunnelAddress.Holder;
import io.margay.tunnel.plan.TunnelAddress.Reason;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calico's allocateip, as a table. */
class TunnelAddressTest {
  private static final Ip4 ADDRESS = Ip4.of("10.1.0.5");
  private static final Prefix AROUND = Prefix.of("10.1.0.0/16");
  private static final Prefix OTHER = Prefix.of("10.0.0.0/16");
  private static final Holder OURS = new Holder.Somebody("ipipTunnelAddress", "a");

  record Case(
      String name,
      List<Prefix> eligible,
      Optional<Ip4> annotated,
      Holder holder,
      Decision expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    Optional<Ip4> some = Optional.of(ADDRESS);
    Holder nobody = new Holder.Nobody();
    return List.of(
        new Case(
            "nothing wanted, nothing there",
            List.of(),
            Optional.empty(),
            nobody,
            new Decision.Nothing(Reason.NO_ELIGIBLE_POOL)),
        new Case(
            "not wanted any more",
            List.of(),
            some,
            OURS,
            new Decision.Release(Reason.NO_ELIGIBLE_POOL)),
        new Case(
            "first address",
            List.of(AROUND, OTHER),
            Optional.empty(),
            nobody,
            new Decision.Assign(List.of(OTHER, AROUND), true, Reason.NOT_ASSIGNED_YET)),
        new Case(
            "still fits",
            List.of(OTHER, AROUND),
            some,
            OURS,
            new Decision.Keep(ADDRESS, Reason.STILL_FITS)),
        new Case(
            "its pool is not eligible any more",
            List.of(OTHER),
            some,
            OURS,
            new Decision.Assign(List.of(OTHER), true, Reason.POOL_NOT_ELIGIBLE)),
        new Case(
            "IPAM lost it",
            List.of(AROUND),
            some,
            nobody,
            new Decision.Assign(List.of(AROUND), true, Reason.UNASSIGNED_IN_IPAM)),
        new Case(
            "another node has it",
            List.of(AROUND),
            some,
            new Holder.Somebody("ipipTunnelAddress", "b"),
            new Decision.Assign(List.of(AROUND), false, Reason.HELD_BY_ANOTHER)),
        new Case(
            "another tunnel of this node has it",
            List.of(AROUND),
            some,
            new Holder.Somebody("vxlanTunnelAddress", "a"),
            new Decision.Assign(List.of(AROUND), false, Reason.HELD_BY_ANOTHER)),
        new Case(
            "a pod has it",
            List.of(AROUND),
            some,
            new Holder.Somebody("", "a"),
            new Decision.Assign(List.of(AROUND), false, Reason.HELD_BY_ANOTHER)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachCaseHasItsDecisionAndReason(Case c) {
    var decision =
        TunnelAddress.decide(TunnelAddress.Type.IPIP, "a", c.eligible, c.annotated, c.holder);
    assertThat(decision).isEqualTo(c.expected);
  }

  @Test
  void handlesAreCalicos() {
    assertThat(TunnelAddress.Type.IPIP.handle("n1")).isEqualTo("ipip-tunnel-addr-n1");
    assertThat(TunnelAddress.Type.VXLAN_IPV6.handle("n1")).isEqualTo("vxlan-v6-tunnel-addr-n1");
  }
}
