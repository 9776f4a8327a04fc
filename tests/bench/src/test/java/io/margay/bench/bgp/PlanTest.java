package io.margay.bench.bgp;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import org.junit.jupiter.api.Test;

class PlanTest {
  @Test
  void sendersComeBeforeReceivers() {
    Plan plan = Plan.table(4, 1000).senders(2).receivers(1);
    assertThat(plan.peers())
        .containsExactly(Ip4.of("10.99.1.1"), Ip4.of("10.99.1.2"), Ip4.of("10.99.1.3"));
    assertThat(plan.arguments(60, true))
        .containsExactly(
            "--family",
            "4",
            "--prefixes",
            "1000",
            "--senders",
            "2",
            "--receivers",
            "1",
            "--hold",
            "240",
            "--limit",
            "60");
  }

  @Test
  void aMeshHasNoReceiversOfItsOwn() {
    Plan plan = Plan.mesh(300, 4);
    assertThat(plan.prefixes()).isEqualTo(1200);
    assertThat(plan.receivers()).isZero();
    assertThat(plan.peers().getLast()).isEqualTo(Ip4.of("10.99.2.44"));
  }

  @Test
  void whatDiffersFromTheDefaultIsSaid() {
    assertThat(Plan.table(6, 10).sameFromEach().arguments(1, false))
        .startsWith("--family", "6")
        .endsWith("--same", "--no-end");
  }
}
