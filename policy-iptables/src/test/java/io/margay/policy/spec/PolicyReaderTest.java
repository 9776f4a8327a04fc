package io.margay.policy.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.policy.World;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import io.margay.policy.spec.LabelSelector.Operator;
import io.margay.policy.spec.LabelSelector.Requirement;
import io.margay.policy.spec.NetworkPolicySpec.Peer;
import io.margay.policy.spec.NetworkPolicySpec.Port;
import io.margay.policy.spec.NetworkPolicySpec.Rule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {
  private static PolicyReader.Reading read(String yaml) {
    return PolicyReader.read("NetworkPolicy \"n/p\"", map(World.parse(yaml)));
  }

  @SuppressWarnings("unchecked") // a mapping of YAML with text for keys, as the tests write it
  private static Map<String, Object> map(Object parsed) {
    return (Map<String, Object>) parsed;
  }

  @Test
  void readsEveryField() {
    PolicyReader.Reading reading =
        read(
            """
            podSelector:
              matchLabels: {app.kubernetes.io/name: web, tier: ""}
              matchExpressions:
                - {key: a, operator: In, values: [x, y]}
                - {key: b, operator: NotIn, values: [z]}
                - {key: c, operator: Exists}
                - {key: d, operator: DoesNotExist, values: []}
            policyTypes: [Ingress, Egress]
            ingress:
              - from:
                  - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
                  - podSelector: {}
                  - namespaceSelector: {matchLabels: {team: ops}}
                    podSelector: {matchLabels: {app: x}}
                ports:
                  - {protocol: UDP, port: 53}
                  - {port: http}
                  - {protocol: SCTP}
                  - {protocol: TCP, port: 8000, endPort: 8010}
            egress: [{}]
            """);
    assertThat(reading.problems()).isEmpty();
    var pods =
        new LabelSelector(
            new TreeMap<>(Map.of("app.kubernetes.io/name", "web", "tier", "")),
            List.of(
                new Requirement("a", Operator.IN, List.of("x", "y")),
                new Requirement("b", Operator.NOT_IN, List.of("z")),
                new Requirement("c", Operator.EXISTS, List.of()),
                new Requirement("d", Operator.DOES_NOT_EXIST, List.of())));
    assertThat(reading.spec())
        .contains(
            new NetworkPolicySpec(
                pods,
                Set.of(Direction.values()),
                List.of(
                    new Rule(
                        List.of(
                            new Peer.IpBlock(
                                Prefix.of("10.0.0.0/8"), List.of(Prefix.of("10.1.0.0/16"))),
                            new Peer.Pods(Optional.of(labels(Map.of())), Optional.empty()),
                            new Peer.Pods(
                                Optional.of(labels(Map.of("app", "x"))),
                                Optional.of(labels(Map.of("team", "ops"))))),
                        List.of(
                            new Port(Protocol.UDP, Optional.of(new PortMatch.Range(53, 53))),
                            new Port(Protocol.TCP, Optional.of(new PortMatch.Named("http"))),
                            new Port(Protocol.SCTP, Optional.empty()),
                            new Port(Protocol.TCP, Optional.of(new PortMatch.Range(8000, 8010)))))),
                List.of(new Rule(List.of(), List.of()))));
  }

  private static LabelSelector labels(Map<String, String> labels) {
    return new LabelSelector(new TreeMap<>(labels), List.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{podSelector: {}} | INGRESS",
        "{podSelector: {}, policyTypes: []} | INGRESS",
        "{podSelector: {}, egress: []} | INGRESS",
        "{podSelector: {}, egress: [{}]} | INGRESS EGRESS",
        "{podSelector: {}, policyTypes: [], egress: [{}]} | INGRESS EGRESS",
        "{podSelector: {}, egress: [{tu: []}]} | INGRESS EGRESS",
        "{podSelector: {}, egress: {}} | INGRESS EGRESS",
        "{podSelector: {}, policyTypes: [Ingress], egress: [{}]} | INGRESS",
        "{podSelector: {}, policyTypes: [Egress]} | EGRESS",
        "{podSelector: {}, policyTypes: [Egress, Ingress]} | INGRESS EGRESS",
        "{podSelector: {}, policyTypes: [Egres]} | INGRESS EGRESS",
        "{podSelector: {}, policyTypes: Egress} | INGRESS EGRESS",
        "{podSelector: {}, policyTypes: [null, Egress]} | INGRESS EGRESS",
      })
  void governsWhatIsSaidAndBothWhenThatCannotBeRead(String yaml, String types) {
    assertThat(read(yaml).spec().orElseThrow().types().stream().map(Enum::name))
        .containsExactlyInAnyOrder(types.split(" "));
  }

  /** One fault each; the rule that holds it is left out, the good one beside it stays. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{from: {}} | spec.ingress[0].from",
        "{from: [null]} | spec.ingress[0].from[0]",
        "{from: [{}]} | spec.ingress[0].from[0]",
        "{from: [{podSelector: []}]} | spec.ingress[0].from[0].podSelector",
        "{from: [{podSelector: {matchLabels: {a: 1}}}]} | spec.ingress[0].from[0].podSelector.matchLabels.a",
        "{from: [{podSelector: {matchLabels: {'a b': c}}}]} | spec.ingress[0].from[0].podSelector.matchLabels.a b",
        "{from: [{podSelector: {matchLabels: {a: \"b'c\"}}}]} | spec.ingress[0].from[0].podSelector.matchLabels.a",
        "{from: [{podSelector: {matchExpressions: [{operator: Exists}]}}]} | spec.ingress[0].from[0].podSelector.matchExpressions[0].key",
        "{from: [{podSelector: {matchExpressions: [{key: a}]}}]} | spec.ingress[0].from[0].podSelector.matchExpressions[0].operator",
        "{from: [{podSelector: {matchExpressions: [{key: a, operator: Gt, values: ['1']}]}}]} | spec.ingress[0].from[0].podSelector.matchExpressions[0].operator",
        "{from: [{podSelector: {matchExpressions: [{key: a, operator: Exists, values: [x]}]}}]} | spec.ingress[0].from[0].podSelector.matchExpressions[0].values",
        "{from: [{ipBlock: {}}]} | spec.ingress[0].from[0].ipBlock.cidr",
        "{from: [{ipBlock: {cidr: 10.0.0.0}}]} | spec.ingress[0].from[0].ipBlock.cidr",
        "{from: [{ipBlock: {cidr: 10.0.0.0/33}}]} | spec.ingress[0].from[0].ipBlock.cidr",
        "{from: [{ipBlock: {cidr: 10.0.0.0/8, except: ['fd00::/64']}}]} | spec.ingress[0].from[0].ipBlock.except[0]",
        "{from: [{ipBlock: {cidr: 10.0.0.0/8, excepts: []}}]} | spec.ingress[0].from[0].ipBlock.excepts",
        "{ports: [{port: 0}]} | spec.ingress[0].ports[0].port",
        "{ports: [{port: 1.5}]} | spec.ingress[0].ports[0].port",
        "{ports: [{port: ''}]} | spec.ingress[0].ports[0].port",
        "{ports: [{port: '80'}]} | spec.ingress[0].ports[0].port",
        "{ports: [{port: http, endPort: 90}]} | spec.ingress[0].ports[0].endPort",
        "{ports: [{endPort: 90}]} | spec.ingress[0].ports[0].endPort",
        "{ports: [{protocol: tcp}]} | spec.ingress[0].ports[0].protocol",
        "{ports: [null]} | spec.ingress[0].ports[0]",
        "{to: []} | spec.ingress[0].to",
        "[] | spec.ingress[0]",
        "null | spec.ingress[0]",
      })
  void leavesOutARuleWithAFaultAndNamesThePlace(String rule, String path) {
    PolicyReader.Reading reading =
        read("{podSelector: {}, ingress: [" + rule + ", {ports: [{port: 443}]}]}");
    assertThat(reading.problems()).isNotEmpty();
    assertThat(reading.problems().getFirst().path()).isEqualTo(path);
    assertThat(reading.spec().orElseThrow().ingress())
        .containsExactly(
            new Rule(
                List.of(),
                List.of(new Port(Protocol.TCP, Optional.of(new PortMatch.Range(443, 443))))));
  }

  @Test
  void refusesAPolicyWhosePodsCannotBeRead() {
    PolicyReader.Reading reading = read("{podSelector: {matchLabels: {app: [web]}}}");
    assertThat(reading.spec()).isEmpty();
    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "NetworkPolicy \"n/p\": spec.podSelector.matchLabels.app is a list; expected the value of"
                + " a label: up to 63 of letters, digits, -, _ and .");
  }

  @Test
  void saysThatEgressRulesDoNotCountWithoutTheType() {
    PolicyReader.Reading reading = read("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}");
    assertThat(reading.spec().orElseThrow().types()).containsExactly(Direction.INGRESS);
    assertThat(reading.problems()).extracting(Problem::path).containsExactly("spec.policyTypes");
  }

  @Test
  void namesAFieldThatIsNotKnownAndReadsTheRest() {
    PolicyReader.Reading reading = read("{podSelector: {}, ingres: []}");
    assertThat(reading.spec()).isPresent();
    assertThat(reading.problems()).extracting(Problem::path).containsExactly("spec.ingres");
  }
}
