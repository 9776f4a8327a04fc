package io.margay.policy.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.policy.Interpreter;
import io.margay.policy.RandomWorlds;
import io.margay.policy.World;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.trace.Verdict.Reason;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracerTest {
  private static final String WORLD =
      """
      namespaces: {shop: {}}
      pods:
        - {name: shop/web, labels: {app: web}, ips: [10.0.0.1], interface: cali1}
        - {name: shop/client, labels: {app: client}, ips: [10.0.0.2]}
      policies:
        - metadata: {namespace: shop, name: a-deny}
          spec: {podSelector: {}}
        - metadata: {namespace: shop, name: b-allow}
          spec:
            podSelector: {matchLabels: {app: web}}
            ingress:
              - ports: [{port: 443}]
              - from: [{podSelector: {matchLabels: {app: client}}}]
                ports: [{port: 80}]
      """;

  private static final WorkloadKey CLIENT = new WorkloadKey("shop", "client");

  @Test
  void namesEachStepOfTheWayThatAllows() {
    assertThat(verdict("10.0.0.2", "10.0.0.1", 80))
        .isEqualTo(
            new Verdict(
                Action.ALLOW,
                List.of(
                    new Reason.NotSelected(CLIENT, Direction.EGRESS),
                    new Reason.ProfileMatched("kns.shop", Direction.EGRESS, 0, Action.ALLOW),
                    new Reason.NoRuleMatched(
                        PolicyKey.kubernetes("shop", "a-deny"), Direction.INGRESS),
                    new Reason.RuleMatched(
                        PolicyKey.kubernetes("shop", "b-allow"),
                        Direction.INGRESS,
                        1,
                        Action.ALLOW))));
  }

  @Test
  void namesTheTierThatDeniesAtItsEnd() {
    Verdict verdict = verdict("172.16.0.1", "10.0.0.1", 80);
    assertThat(verdict.action()).isEqualTo(Action.DENY);
    assertThat(verdict.trace().getFirst()).isEqualTo(new Reason.NotAWorkload(Direction.EGRESS));
    assertThat(verdict.trace().getLast())
        .isEqualTo(new Reason.TierEnded("default", Direction.INGRESS, Action.DENY));
  }

  @Test
  void whoHasNoProfileIsDenied() {
    String yaml = WORLD.replace("namespaces: {shop: {}}", "namespaces: {}");
    PolicyWorld world = PolicyWorld.EMPTY.with(World.read(yaml).delta());
    var flow = new Flow(Ip.of("10.0.0.2"), Ip.of("10.0.0.1"), Protocol.TCP, 80);
    assertThat(Tracer.verdict(world, flow).trace().getLast())
        .isEqualTo(new Reason.NoProfileMatched(CLIENT, Direction.EGRESS));
  }

  /** The model judges as the rules do that are rendered from it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void agreesWithWhatIsRendered(long seed) {
    var worlds = new RandomWorlds(new Random(seed), true);
    for (int i = 0; i < 15; i++) {
      int round = i;
      var engine = new PolicyEngine(RenderSettings.DEFAULT);
      engine.apply(worlds.world());
      PolicyWorld world = engine.world();
      RandomWorlds.flows(
          world,
          (flow, way) -> {
            if (isJudgedHere(world, flow, way)) {
              Verdict verdict = Tracer.verdict(world, flow);
              assertThat(verdict.action() == Action.ALLOW)
                  .as("seed %d, round %d: %s by %s: %s", seed, round, flow, way, verdict.trace())
                  .isEqualTo(
                      Interpreter.forwards(engine.desired(), flow, way.getFirst(), way.getLast()));
            }
          });
    }
  }

  /** A flow whose both workload ends, if workloads, are on this node: elsewhere others judge. */
  private static boolean isJudgedHere(PolicyWorld world, Flow flow, List<String> way) {
    boolean sourceElsewhere = isPod(world, flow.source()) && way.getFirst().equals("uplink");
    boolean destinationElsewhere =
        isPod(world, flow.destination()) && way.getLast().equals("uplink");
    return !sourceElsewhere && !destinationElsewhere;
  }

  private static boolean isPod(PolicyWorld world, Ip ip) {
    return world.workloads().values().stream().anyMatch(pod -> pod.ips().contains(ip));
  }

  private static Verdict verdict(String source, String destination, int port) {
    PolicyWorld world = PolicyWorld.EMPTY.with(World.read(WORLD).delta());
    return Tracer.verdict(world, new Flow(Ip.of(source), Ip.of(destination), Protocol.TCP, port));
  }
}
