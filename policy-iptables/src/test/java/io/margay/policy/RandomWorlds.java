package io.margay.policy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.policy.convert.KubernetesLabels;
import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.Peer;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Tier;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.selector.Selector;
import io.margay.policy.trace.Flow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * Small worlds by chance: eight pods of which five are on the node, some policies over them.
 *
 * @param tiers whether rules may deny and pass, in several tiers, as Calico's own may
 */
public record RandomWorlds(RandomGenerator random, boolean tiers) {
  private static final int PODS = 8;
  private static final int LOCAL = 5;
  private static final List<Integer> PORTS = List.of(80, 81, 8080);

  /** A world; the same pods in all, with labels and addresses by chance. */
  public PolicyDelta world() {
    var delta = PolicyDelta.builder();
    delta.put(KubernetesLabels.namespace("n", Map.of("team", pick("x", "y"))));
    for (int i = 0; i < PODS; i++) {
      delta.put(pod(i));
    }
    for (int i = 0; i < 4; i++) {
      if (random.nextInt(3) > 0) {
        delta.put(policy("p" + i));
      } else {
        delta.remove(PolicyKey.kubernetes("n", "p" + i));
      }
    }
    for (String tier : tiers ? List.of("early", "late") : List.<String>of()) {
      delta.put(
          new Tier(
              tier,
              Optional.of(tier.equals("early") ? 1.0 : 2e6),
              random.nextBoolean() ? Action.DENY : Action.PASS));
    }
    return delta.build();
  }

  /** Every flow between two pods, or a pod and a stranger, with the interfaces that it takes. */
  public static void flows(PolicyWorld world, BiConsumer<Flow, List<String>> check) {
    List<Workload> pods = List.copyOf(world.workloads().values());
    for (int port : PORTS) {
      for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP)) {
        for (Workload from : pods) {
          Ip source = from.ips().getFirst();
          for (Workload to : pods) {
            if (!from.equals(to)) {
              check.accept(
                  new Flow(source, to.ips().getFirst(), protocol, port),
                  List.of(device(from), device(to)));
            }
          }
          Ip stranger = Ip.of("172.16.0.1");
          check.accept(new Flow(source, stranger, protocol, port), List.of(device(from), "uplink"));
          check.accept(new Flow(stranger, source, protocol, port), List.of("uplink", device(from)));
        }
      }
    }
  }

  private static String device(Workload workload) {
    return workload.interfaceName().orElse("uplink");
  }

  private Workload pod(int i) {
    var ports = new ArrayList<NamedPort>();
    if (random.nextBoolean()) {
      ports.add(new NamedPort("http", Protocol.TCP, pick(80, 8080)));
    }
    return new Workload(
        new WorkloadKey("n", "w" + i),
        KubernetesLabels.podLabels("n", "", Map.of("app", pick("a", "b", "c"))),
        KubernetesLabels.podProfiles("n", ""),
        List.of(Ip.of("10.0.0." + i)),
        ports,
        i < LOCAL ? Optional.of("cali" + i) : Optional.empty());
  }

  private Policy policy(String name) {
    Set<Direction> types = EnumSet.of(pick(Direction.INGRESS, Direction.EGRESS));
    if (random.nextBoolean()) {
      types = EnumSet.allOf(Direction.class);
    }
    return new Policy(
        PolicyKey.kubernetes("n", name),
        tiers ? pick("early", "default", "late", "none") : "default",
        random.nextBoolean() ? Optional.of((double) random.nextInt(2)) : Optional.empty(),
        selector(),
        types,
        rules(Direction.INGRESS),
        rules(Direction.EGRESS));
  }

  private List<PolicyRule> rules(Direction direction) {
    var rules = new ArrayList<PolicyRule>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Peer peer =
          switch (random.nextInt(4)) {
            case 0 -> Peer.ANY;
            case 1 -> Peer.net(Prefix.of("10.0.0.0/29"), World.nets("10.0.0.2/31"));
            case 2 ->
                new Peer(
                    World.nets("10.0.0.0/30", "172.16.0.0/12"),
                    World.nets("10.0.0.1/32"),
                    Optional.empty(),
                    List.of());
            default -> Peer.selected(selector());
          };
      boolean ports = random.nextInt(3) > 0;
      List<PortMatch> matches = ports ? ports() : List.of();
      Optional<Protocol> protocol =
          ports || random.nextBoolean() ? Optional.of(Protocol.TCP) : Optional.empty();
      Action action = tiers ? pick(Action.ALLOW, Action.DENY, Action.PASS) : Action.ALLOW;
      rules.add(
          direction == Direction.INGRESS
              ? new PolicyRule(action, protocol, peer, Peer.ANY.withPorts(matches))
              : new PolicyRule(action, protocol, Peer.ANY, peer.withPorts(matches)));
    }
    return rules;
  }

  private List<PortMatch> ports() {
    return switch (random.nextInt(4)) {
      case 0 -> List.of(new PortMatch.Named("http"));
      case 1 -> List.of(new PortMatch.Range(80, 80));
      case 2 -> List.of(new PortMatch.Range(81, 9000), new PortMatch.Named("http"));
      default -> {
        var many = new ArrayList<PortMatch>();
        for (int i = 0; i < 20; i++) {
          many.add(new PortMatch.Range(8070 + i, 8070 + i));
        }
        yield many;
      }
    };
  }

  private Selector selector() {
    return Selector.of(
        pick(
            "app == 'a'",
            "app != 'a'",
            "app in {'a', 'b'}",
            "pcns.team == 'x' && app == 'c'",
            "projectcalico.org/namespace == 'n'",
            "has(none)"));
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
