package io.margay.agent.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.metric.PolicyMetrics.Chains;
import io.margay.agent.metric.PolicyMetrics.Counts;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyMetricsTest {
  private static Chains filter(Counts counts) {
    return counts.chains().stream()
        .filter(table -> table.family() == Family.IPV4 && table.table() == Table.FILTER)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aPodBringsItsChains() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    Counts before = Counts.of(engine);
    assertThat(before.endpoints()).isZero();
    assertThat(before.sets()).isNotEmpty();
    assertThat(filter(before).rules()).isPositive();
    engine.apply(
        PolicyDelta.builder()
            .put(
                new Workload(
                    new WorkloadKey("shop", "web"),
                    Map.of(),
                    List.of(),
                    List.of(Ip.of("10.244.1.1")),
                    List.of(),
                    Optional.of("cali1")))
            .build());
    Counts after = Counts.of(engine);
    assertThat(after.endpoints()).isOne();
    assertThat(after.policies()).isZero();
    assertThat(filter(after).chains()).isGreaterThan(filter(before).chains());
  }
}
