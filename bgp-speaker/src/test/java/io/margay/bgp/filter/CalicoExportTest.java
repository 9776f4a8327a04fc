package io.margay.bgp.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Calico's export order, step by step. */
class CalicoExportTest {
  private static final Prefix HIDDEN = Prefix.of("10.99.0.0/16");
  private static final Prefix BLOCK = Prefix.of("10.1.2.0/26");
  private static final Prefix SERVICES = Prefix.of("10.96.0.0/12");
  private static final Prefix REFLECTED = Prefix.of("192.0.2.0/24");
  private static final Prefix POOL = Prefix.of("10.1.0.0/16");
  private static final AnyCommunity COMMUNITY = AnyCommunity.parse("64512:77").orElseThrow();

  private static final CalicoExport ORDER =
      new CalicoExport(
          RoutePriorities.DEFAULT,
          List.of(HIDDEN),
          List.of(new CalicoExport.Advertisement(POOL, List.of(COMMUNITY))),
          List.of(BLOCK),
          List.of(SERVICES),
          List.of(REFLECTED),
          List.of(POOL));

  private static final ExportPolicy POLICY =
      new ExportPolicy(List.of(), new ExportPolicy.Default.Calico(ORDER));

  record Case(String name, RouteFacts route, PolicyReason expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        own("own block", "10.1.2.0/26", new PolicyReason.OwnBlock(BLOCK)),
        own("pod in own block", "10.1.2.3/32", new PolicyReason.InsideOwnBlock(BLOCK)),
        own("borrowed address", "10.1.9.3/32", new PolicyReason.EnabledPool(POOL)),
        own("pool that is not exported", "10.99.0.0/26", new PolicyReason.PoolNotExported(HIDDEN)),
        own("service", "10.96.0.1/32", new PolicyReason.ServicePrefix(SERVICES)),
        own("reflected service", "192.0.2.9/32", new PolicyReason.ServicePrefix(REFLECTED)),
        own("node subnet", "172.18.0.0/16", new PolicyReason.NothingMatched()),
        own("default route", "0.0.0.0/0", new PolicyReason.NothingMatched()),
        new Case(
            "migrating pod in own block",
            facts("10.1.2.3/32", false, "cali1", 512, PeerType.IBGP),
            new PolicyReason.ElevatedInsideOwnBlock(BLOCK)),
        new Case(
            "VXLAN route to a node of the AS",
            facts("10.1.9.0/26", true, "vxlan.calico", -1, PeerType.IBGP),
            new PolicyReason.TunnelInterface("vxlan.calico")),
        new Case(
            "VXLAN route to another AS",
            facts("10.1.9.0/26", true, "vxlan.calico", -1, PeerType.EBGP),
            new PolicyReason.EnabledPool(POOL)),
        new Case(
            "BPF device to another AS",
            facts("10.1.9.0/26", true, "bpfout.cali", -1, PeerType.EBGP),
            new PolicyReason.TunnelInterface("bpfout.cali")));
  }

  private static Case own(String name, String prefix, PolicyReason expected) {
    return new Case(name, facts(prefix, false, "eth0", -1, PeerType.IBGP), expected);
  }

  private static RouteFacts facts(
      String prefix, boolean learned, String device, long metric, PeerType peer) {
    return new RouteFacts(
        Prefix.of(prefix),
        Attributes.LOCAL,
        learned,
        Optional.of(device),
        metric < 0 ? OptionalLong.empty() : OptionalLong.of(metric),
        peer);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void decidesInOrder(Case c) {
    assertThat(POLICY.evaluate(c.route()).reason()).isEqualTo(c.expected());
  }

  // Step 1: an ordinary own route carries 2147482623; what was learned keeps what it came with.
  @Test
  void priorityLeavesAsLocalPref() {
    RouteFacts own = facts("10.1.2.0/26", false, "eth0", -1, PeerType.IBGP);
    assertThat(accepted(own).localPref()).hasValue(2147482623L);
    var learned =
        new RouteFacts(
            Prefix.of("10.1.9.0/26"),
            new AttributesBuilder().localPref(2147483135L).build(),
            true,
            Optional.empty(),
            OptionalLong.empty(),
            PeerType.IBGP);
    assertThat(accepted(learned).localPref()).hasValue(2147483135L);
    RouteFacts fromAnotherAs = facts("10.1.9.0/26", true, "eth0", -1, PeerType.IBGP);
    assertThat(accepted(fromAnotherAs).localPref()).hasValue(100);
  }

  @Test
  void communitiesAreAddedInsideTheirCidr() {
    assertThat(accepted(facts("10.1.2.0/26", false, "eth0", -1, PeerType.EBGP)).has(COMMUNITY))
        .isTrue();
    assertThat(accepted(facts("10.96.0.1/32", false, "eth0", -1, PeerType.EBGP)).has(COMMUNITY))
        .isFalse();
  }

  @Test
  void filtersComeFirst() {
    var rule =
        new FilterRule(
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalLong.of(1024),
            FilterRule.Action.ACCEPT,
            List.of());
    var filter = new BgpFilter("all-ordinary", List.of(rule), List.of());
    var policy = new ExportPolicy(List.of(filter), new ExportPolicy.Default.Calico(ORDER));
    RouteFacts hidden = facts("10.99.0.0/26", false, "eth0", -1, PeerType.IBGP);
    assertThat(policy.evaluate(hidden).reason())
        .isEqualTo(new PolicyReason.Rule("all-ordinary", 1));
  }

  @Test
  void otherDefaults() {
    RouteFacts own = facts("10.1.2.0/26", false, "eth0", -1, PeerType.IBGP);
    RouteFacts learned = facts("10.1.2.0/26", true, "eth0", -1, PeerType.IBGP);
    var originated = new ExportPolicy(List.of(), new ExportPolicy.Default.OriginatedOnly());
    assertThat(originated.evaluate(own)).isInstanceOf(PolicyVerdict.Accept.class);
    assertThat(originated.evaluate(learned)).isInstanceOf(PolicyVerdict.Reject.class);
    assertThat(ExportPolicy.ACCEPT.evaluate(learned)).isInstanceOf(PolicyVerdict.Accept.class);
    assertThat(ExportPolicy.REJECT.evaluate(own)).isInstanceOf(PolicyVerdict.Reject.class);
  }

  private static Attributes accepted(RouteFacts route) {
    return ((PolicyVerdict.Accept) POLICY.evaluate(route)).attributes();
  }
}
