package io.margay.kernel.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.RestoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TableWatchTest {
  private static final String OURS = "*filter\n:cali-A - -\n-A cali-A -j DROP\nCOMMIT\n";

  @Test
  void nftEventsTellOthersChangesFromOurs() {
    try (var netns = TestNetns.create();
        var session = tables(Backend.NFT, netns).restore();
        var watch =
            NftTableWatch.in(
                netns.netns(),
                Set.of("filter"),
                chain -> chain.startsWith("cali-") || chain.equals("FORWARD"),
                port -> session.pid().orElse(0) == port)) {
      assertThat(watch.changed()).isFalse();
      assertThat(session.apply(OURS)).isInstanceOf(RestoreSession.Outcome.Taken.class);
      assertThat(watch.changed()).as("our own change").isFalse();
      iptables(netns, "iptables-nft", "-N", "other");
      iptables(netns, "iptables-nft", "-A", "other", "-j", "DROP");
      iptables(netns, "iptables-nft", "-t", "nat", "-N", "cali-A");
      assertThat(watch.changed()).as("chains that do not matter").isFalse();
      iptables(netns, "iptables-nft", "-F", "cali-A");
      assertThat(watch.changed()).as("a flush").isTrue();
      assertThat(watch.changed()).as("told once").isFalse();
      iptables(netns, "iptables-nft", "-I", "FORWARD", "-j", "other");
      assertThat(watch.changed()).as("a rule in a kernel chain").isTrue();
      iptables(netns, "iptables-nft", "-X", "cali-A");
      assertThat(watch.changed()).as("a chain that is gone").isTrue();
      Program.run(
              List.of("nsenter", "--net=" + netns.path(), "nft", "delete", "table", "ip", "filter"),
              Optional.empty(),
              Duration.ofSeconds(20))
          .orThrow();
      assertThat(watch.changed()).as("a table that is gone").isTrue();
    }
  }

  @Test
  void legacyTablesAreComparedBySize() {
    try (var netns = TestNetns.create();
        var watch = LegacyTableWatch.in(netns.netns(), Family.IPV4, List.of("filter", "nat"));
        var watch6 = LegacyTableWatch.in(netns.netns(), Family.IPV6, List.of("filter"))) {
      assertThat(watch.changed()).as("nothing known before").isTrue();
      assertThat(watch6.changed()).isTrue();
      assertThat(watch.changed()).isFalse();
      iptables(netns, "iptables-legacy", "-N", "cali-A");
      assertThat(watch.changed()).isTrue();
      assertThat(watch.changed()).isFalse();
      iptables(netns, "iptables-legacy", "-t", "nat", "-A", "POSTROUTING", "-j", "MASQUERADE");
      assertThat(watch.changed()).isTrue();
      iptables(netns, "iptables-legacy", "-t", "mangle", "-N", "other");
      assertThat(watch.changed()).isFalse();
      assertThat(watch6.changed()).isFalse();
      iptables(netns, "ip6tables-legacy", "-N", "cali-A");
      assertThat(watch6.changed()).isTrue();
    }
  }

  private static Xtables tables(Backend backend, TestNetns netns) {
    return new Xtables(backend, Family.IPV4, List.of("nsenter", "--net=" + netns.path()));
  }

  private static void iptables(TestNetns netns, String... arguments) {
    var argv = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
    argv.addAll(List.of(arguments));
    Program.run(argv, Optional.empty(), Duration.ofSeconds(20)).orThrow();
  }
}
