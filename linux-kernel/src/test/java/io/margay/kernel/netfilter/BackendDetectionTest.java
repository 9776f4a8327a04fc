package io.margay.kernel.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendDetectionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing at all  | true | LEGACY",
        "more in nft     | iptables-nft -A INPUT -j ACCEPT | NFT",
        "more in legacy  | iptables-legacy -A INPUT -j ACCEPT; iptables-legacy -A INPUT -j ACCEPT;"
            + " iptables-nft -A INPUT -j ACCEPT | LEGACY",
        "as many         | iptables-legacy -A INPUT -j ACCEPT; iptables-nft -A INPUT -j ACCEPT"
            + " | LEGACY",
        "IPv6 counts too | ip6tables-nft -A INPUT -j ACCEPT | NFT",
        "kubelet in nft  | iptables-legacy -A INPUT -j ACCEPT;"
            + " iptables-nft -t mangle -N KUBE-IPTABLES-HINT | NFT",
        "kubelet, legacy | iptables-nft -A INPUT -j ACCEPT;"
            + " iptables-legacy -t mangle -N KUBE-KUBELET-CANARY | LEGACY",
      })
  void findsTheBackendOfTheRest(String name, String setUp, Backend expected) {
    try (var netns = TestNetns.create()) {
      var launcher = List.of("nsenter", "--net=" + netns.path());
      Program.run(
              List.of("nsenter", "--net=" + netns.path(), "sh", "-e", "-c", setUp),
              Optional.empty(),
              Duration.ofSeconds(20))
          .orThrow();
      assertThat(BackendDetection.detect(launcher).backend()).as(name).isEqualTo(expected);
    }
  }
}
