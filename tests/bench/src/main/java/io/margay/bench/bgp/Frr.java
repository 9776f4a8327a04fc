package io.margay.bench.bgp;

import io.margay.foundation.addr.Ip4;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * FRR's bgpd alone: without zebra ({@code -Z}) and without a kernel ({@code -n}) every next hop is
 * valid to it, and none is looked up.
 *
 * @param coalesceMillis how long it collects peers before it says the first table; its own choice
 *     (a second and 50 ms a peer, at most ten) when empty
 */
record Frr(OptionalInt coalesceMillis) implements Subject {
  private static final String PROGRAM = "/usr/lib/frr/bgpd";

  @Override
  public String name() {
    return "frr";
  }

  @Override
  public List<String> programs() {
    return List.of(PROGRAM);
  }

  @Override
  public String config(Plan plan) {
    var text = new StringBuilder();
    text.append(
        """
        router bgp %d
         bgp router-id %s
         no bgp ebgp-requires-policy
         no bgp network import-check
         no bgp default ipv4-unicast
        """
            .formatted(Plan.ASN, Plan.ADDRESS));
    coalesceMillis.ifPresent(millis -> text.append(" coalesce-time ").append(millis).append('\n'));
    for (Ip4 peer : plan.peers()) {
      text.append(
          """
           neighbor %1$s remote-as %2$d
           neighbor %1$s update-source %3$s
           neighbor %1$s passive
           neighbor %1$s timers %4$d %5$d
          """
              .formatted(peer, Plan.ASN, Plan.ADDRESS, plan.holdSeconds() / 3, plan.holdSeconds()));
    }
    text.append(" address-family ipv%d unicast\n".formatted(plan.family()));
    for (Ip4 peer : plan.peers()) {
      text.append(
          "  neighbor %1$s activate\n  neighbor %1$s route-reflector-client\n".formatted(peer));
    }
    return text.append(" exit-address-family\n").toString();
  }

  @Override
  public List<String> argv(Path folder, Path config) {
    // It becomes a user of its own and would forget that it is to end with us: what began it
    // remembers.
    var argv = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child"));
    argv.addAll(List.of("sh", "-c", "\"$@\"; exit $?", "frr"));
    argv.addAll(List.of(PROGRAM, "-Z", "-n", "-P", "0"));
    argv.addAll(List.of("-l", Plan.ADDRESS.toString()));
    argv.addAll(List.of("-f", config.toString(), "-i", folder.resolve("bgpd.pid").toString()));
    argv.addAll(List.of("--vty_socket", folder.toString()));
    return argv;
  }
}
