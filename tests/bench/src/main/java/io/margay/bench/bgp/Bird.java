package io.margay.bench.bgp;

import io.margay.foundation.addr.Ip4;
import java.nio.file.Path;
import java.util.List;

/**
 * BIRD 2 without a kernel protocol. Next hops are resolved in a table of their own, so that nothing
 * but the load's prefixes is announced; the waits before it takes a session again are the shortest
 * that it has.
 */
record Bird() implements Subject {
  @Override
  public String name() {
    return "bird";
  }

  @Override
  public List<String> programs() {
    return List.of("bird");
  }

  @Override
  public String config(Plan plan) {
    var text = new StringBuilder();
    String network = plan.family() == 4 ? "10.99.0.0/16" : "fd00::/64";
    text.append(
        """
        router id %1$s;
        protocol device { }
        ipv%2$d table ways;
        protocol static { ipv%2$d { table ways; }; route %3$s via "lo"; }
        template bgp CLIENT {
          local %1$s as %4$d;
          multihop;
          rr client;
          passive on;
          hold time %5$d;
          connect delay time 1;
          error wait time 1,1;
          ipv%2$d { igp table ways; import all; export all; };
        }
        """
            .formatted(Plan.ADDRESS, plan.family(), network, Plan.ASN, plan.holdSeconds()));
    for (Ip4 peer : plan.peers()) {
      text.append("protocol bgp from CLIENT { neighbor ")
          .append(peer)
          .append(" as ")
          .append(Plan.ASN)
          .append("; }\n");
    }
    return text.toString();
  }

  @Override
  public List<String> argv(Path folder, Path config) {
    return List.of(
        "bird",
        "-f",
        "-c",
        config.toString(),
        "-s",
        folder.resolve("bird.ctl").toString(),
        "-P",
        folder.resolve("bird.pid").toString());
  }
}
