package io.margay.tunnel.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.kernel.netlink.Rtnl;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** A node with an uplink, 192.0.2.1 on eth0, and the target of its VXLAN devices. */
final class VxlanHost implements AutoCloseable {
  static final TunnelKey DEVICE = new TunnelKey.Device("vxlan.calico");
  static final Vtep ONE = vtep("one", "10.244.1.0", "66:00:00:00:00:01", "192.0.2.1");
  static final Vtep TWO = vtep("two", "10.244.2.0", "66:00:00:00:00:02", "192.0.2.2");
  static final Vtep THREE = vtep("three", "10.244.3.0", "66:00:00:00:00:03", "192.0.2.3");
  static final VxlanSettings SETTINGS = VxlanSettings.of(Family.IPV4, "eth0", 1450);
  static final Map<TunnelKey, TunnelItem> PLAN =
      TunnelPlan.vxlan(SETTINGS, ONE, List.of(TWO, THREE));

  private final TestNode node = TestNode.create();
  private final Rtnl rtnl;
  private final DeviceSettings settings;
  private final VxlanTarget target;

  VxlanHost() {
    node.looseReversePath();
    node.ip("link add eth0 type veth peer name eth0-p");
    node.ip("addr add 192.0.2.1/24 dev eth0");
    node.ip("link set eth0 up");
    node.ip("link set eth0-p up");
    rtnl = Rtnl.in(node.netns());
    settings = DeviceSettings.in(node.netns());
    target = new VxlanTarget(rtnl, settings);
  }

  TestNode node() {
    return node;
  }

  VxlanTarget target() {
    return target;
  }

  /** Applies the whole of it, and asks that it is what is there then. */
  void want(Map<TunnelKey, TunnelItem> plan) {
    assertDone(target.apply(new Diff<>(plan, Set.of())));
    assertThat(target.dump()).isEqualTo(plan);
  }

  /** Applies what differs, as the reconciler does. */
  void mend(Map<TunnelKey, TunnelItem> plan) {
    Map<TunnelKey, TunnelItem> found = target.dump();
    var put = new HashMap<>(plan);
    put.entrySet().removeIf(e -> Objects.equals(e.getValue(), found.get(e.getKey())));
    var remove = new HashSet<>(found.keySet());
    remove.removeAll(plan.keySet());
    assertDone(target.apply(new Diff<>(put, remove)));
  }

  Map<TunnelKey, String> failures(Map<TunnelKey, TunnelItem> plan) {
    var failures = new HashMap<TunnelKey, String>();
    for (ItemResult<TunnelKey> result : target.apply(new Diff<>(plan, Set.of()))) {
      if (result instanceof ItemResult.Failed<TunnelKey>(TunnelKey key, String reason)) {
        failures.put(key, reason);
      }
    }
    return failures;
  }

  static void assertDone(List<ItemResult<TunnelKey>> results) {
    assertThat(results).allMatch(ItemResult.Done.class::isInstance);
  }

  static TunnelItem item(Map<TunnelKey, TunnelItem> plan) {
    return Objects.requireNonNull(plan.get(DEVICE));
  }

  int index() {
    return rtnl.link("vxlan.calico").orElseThrow().index();
  }

  void bridgeFdb(String arguments) {
    node.run(("bridge fdb " + arguments).split(" ", -1)).orThrow();
  }

  static Vtep vtep(String name, String tunnel, String mac, String address) {
    return new Vtep(name, Ip.of(tunnel), Mac.of(mac), Ip.of(address));
  }

  @Override
  public void close() {
    settings.close();
    rtnl.close();
    node.close();
  }
}
