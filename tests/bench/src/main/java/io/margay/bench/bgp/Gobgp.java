package io.margay.bench.bgp;

import io.margay.foundation.addr.Ip4;
import java.nio.file.Path;
import java.util.List;

/** GoBGP as it comes. */
record Gobgp() implements Subject {
  @Override
  public String name() {
    return "gobgp";
  }

  @Override
  public List<String> programs() {
    return List.of("gobgpd");
  }

  @Override
  public String config(Plan plan) {
    var text = new StringBuilder();
    text.append(
        """
        [global.config]
          as = %1$d
          router-id = "%2$s"
          local-address-list = ["%2$s"]
        """
            .formatted(Plan.ASN, Plan.ADDRESS));
    for (Ip4 peer : plan.peers()) {
      text.append(neighbour(plan, peer));
    }
    return text.toString();
  }

  private static String neighbour(Plan plan, Ip4 peer) {
    return """
    [[neighbors]]
      [neighbors.config]
        neighbor-address = "%s"
        peer-as = %d
      [neighbors.transport.config]
        local-address = "%s"
        passive-mode = true
      [neighbors.timers.config]
        hold-time = %d
        keepalive-interval = %d
        idle-hold-time-after-reset = 1
      [neighbors.route-reflector.config]
        route-reflector-client = true
        route-reflector-cluster-id = "%s"
      [[neighbors.afi-safis]]
        [neighbors.afi-safis.config]
          afi-safi-name = "ipv%d-unicast"
    """
        .formatted(
            peer,
            Plan.ASN,
            Plan.ADDRESS,
            plan.holdSeconds(),
            plan.holdSeconds() / 3,
            Plan.ADDRESS,
            plan.family());
  }

  @Override
  public List<String> argv(Path folder, Path config) {
    return List.of(
        "gobgpd",
        "-f",
        config.toString(),
        "-t",
        "toml",
        "--api-hosts",
        "127.0.0.1:50051",
        "--pprof-disable",
        "-l",
        "warn");
  }

  /** Only where graceful restart is configured for the family. */
  @Override
  public boolean saysEndOfRib() {
    return false;
  }
}
