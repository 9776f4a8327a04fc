package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.agent.stage.Images;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Planner;
import io.margay.agent.stage.Planners;
import io.margay.foundation.time.VirtualTime;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.IpipSupport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageThreadTest {
  private final VirtualTime time = new VirtualTime();
  private final LinkedBlockingQueue<Plan> plans = new LinkedBlockingQueue<>();
  private final AtomicInteger brokenPlans = new AtomicInteger();
  private final StageThread stage =
      new StageThread(
          Planners.of(
              new NodeName("n1"), Backend.BIRD, new RouterId.NodeAddress(), IpipSupport.KERNEL),
          (_, plan) -> {
            if (brokenPlans.getAndDecrement() > 0) {
              throw new IllegalStateException("no plan");
            }
            plans.add(plan);
          },
          _ -> {},
          time);

  @AfterEach
  void stop() {
    stage.stop();
  }

  private static <T> T soon(CompletableFuture<T> asked) throws Exception {
    return asked.get(10, TimeUnit.SECONDS);
  }

  private static KernelFacts eth0(int mtu) {
    return new KernelFacts(List.of(), Set.of("eth0"), Map.of("eth0", mtu), List.of());
  }

  @Test
  void nothingIsPlannedBeforeItIsOpen() throws Exception {
    stage.start();
    stage.tell(planner -> planner.kernel(eth0(9000)));
    assertThat(soon(stage.ask(Planner::kernel)).mtus()).containsEntry("eth0", 9000);
    assertThat(plans).isEmpty();
    stage.open();
    int mtu = soon(stage.planned(_ -> {}, _ -> Plan::podMtu));
    assertThat(mtu).isEqualTo(9000);
  }

  @Test
  void whatGatheredIsPlannedOnce() throws Exception {
    stage.open();
    for (int mtu = 1400; mtu <= 1500; mtu++) {
      KernelFacts facts = eth0(mtu);
      stage.tell(planner -> planner.kernel(facts));
    }
    var version = stage.planned(_ -> {}, _ -> Plan::version);
    stage.start();
    assertThat(soon(version)).isEqualTo(1);
    assertThat(plans).extracting(Plan::podMtu).containsExactly(1500);
  }

  @Test
  void whoToldSomethingIsCalledBehindThePlanThatHasIt() throws Exception {
    stage.open();
    var plansBefore = new CompletableFuture<Integer>();
    stage.tellPlanned(() -> plansBefore.complete(plans.size()));
    stage.start();
    assertThat(soon(plansBefore)).isEqualTo(1);
  }

  @Test
  void aQuestionThatFailsIsAnsweredAndEndsNothing() throws Exception {
    stage.start();
    var failing =
        stage.ask(_ -> {
          throw new IllegalArgumentException("no such pod");
        });
    assertThatThrownBy(() -> Asked.answer(failing)).hasMessageContaining("no such pod");
    String answer = soon(stage.ask(_ -> "there"));
    assertThat(answer).isEqualTo("there");
    assertThat(stage.broken()).isEmpty();
  }

  @Test
  void aPlanThatFailsIsMadeAgainWithoutBeingAsked() throws Exception {
    brokenPlans.set(1);
    stage.open();
    var first = stage.planned(planner -> planner.kernel(eth0(1500)), _ -> Plan::podMtu);
    stage.start();
    assertThat(soon(first)).isEqualTo(1500);
    assertThat(plans).isNotEmpty();
  }

  @Test
  void aChangeThatFailsLeavesWhatWasToldBefore() throws Exception {
    stage.open();
    var before = stage.planned(planner -> planner.kernel(eth0(1450)), _ -> Plan::podMtu);
    stage.tell(_ -> {
      throw new IllegalStateException("bad change");
    });
    stage.start();
    stage.tell(_ -> {});
    assertThat(soon(before)).isEqualTo(1450);
  }

  @Test
  void anAnswerThatFailsIsToldAndKeepsNobodyElseFromHis() throws Exception {
    stage.open();
    CompletableFuture<String> failing =
        stage.planned(
            _ -> {},
            _ ->
                _ -> {
                  throw new IllegalArgumentException("no such pod");
                });
    stage.tellPlanned(() -> {
      throw new IllegalStateException("nobody listens");
    });
    var other = stage.planned(_ -> {}, _ -> Plan::version);
    stage.start();
    assertThat(soon(other)).isEqualTo(1);
    assertThatThrownBy(() -> Asked.answer(failing)).hasMessageContaining("no such pod");
    var next = stage.planned(_ -> {}, _ -> Plan::version);
    assertThat(soon(next)).as("what failed is not told again").isEqualTo(2);
    assertThat(stage.broken()).isEmpty();
  }

  @Test
  void whoeverToldAChangeThatFailsHearsOfIt() throws Exception {
    stage.open();
    var failing =
        stage.planned(
            _ -> {
              throw new IllegalStateException("bad change");
            },
            _ -> Plan::version);
    stage.start();
    assertThatThrownBy(() -> soon(failing)).hasMessageContaining("bad change");
  }

  @Test
  void aPlanThatNobodyTookTakesNoPolicyWithIt() throws Exception {
    brokenPlans.set(2);
    stage.open();
    var image = Images.of(Images.pool("10.244.0.0/16"));
    stage.tell(planner -> planner.image(image, ClusterDelta.from(image)));
    var planned = stage.planned(_ -> {}, _ -> Plan::policy);
    stage.start();
    assertThat(soon(planned).put().keySet())
        .as("chains and sets that an IPIP pool brings along")
        .extracting(Object::toString)
        .contains("cali40all-hosts-net");
    var next = stage.planned(_ -> {}, _ -> Plan::policy);
    assertThat(soon(next).isEmpty()).isTrue();
  }

  @Test
  void theClockTellsWhenItLastCameBy() throws Exception {
    time.advance(Duration.ofSeconds(7));
    stage.start();
    soon(stage.ask(_ -> ""));
    assertThat(stage.lastTurn()).isEqualTo(Duration.ofSeconds(7).toNanos());
  }
}
