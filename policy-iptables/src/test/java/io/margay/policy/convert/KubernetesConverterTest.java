package io.margay.policy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.policy.World;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.spec.PolicyReader;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calico's conversion, in its own words: the selectors that its sets are named by. */
class KubernetesConverterTest {
  private static final String OWN = "projectcalico.org/namespace == \"shop\"";
  private static final String POD = "projectcalico.org/orchestrator == \"k8s\"";

  private static Policy convert(String yaml) {
    @SuppressWarnings("unchecked") // a mapping of YAML with text for keys, as the tests write it
    var spec = (Map<String, Object>) World.parse(yaml);
    PolicyReader.Reading reading = PolicyReader.read("test", spec);
    assertThat(reading.problems()).isEmpty();
    return KubernetesConverter.policy("shop", "p", reading.spec().orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{}                                           | (POD && OWN)",
        "{matchLabels: {b: '2', a: '1'}}              | ((POD && a == \"1\" && b == \"2\") && OWN)",
        "{matchExpressions: [{key: k, operator: In, values: [z, a]}]}"
            + "                                       | ((POD && k in {\"a\", \"z\"}) && OWN)",
        "{matchExpressions: [{key: k, operator: NotIn, values: [a]}]}"
            + "                                       | ((POD && k not in {\"a\"}) && OWN)",
        "{matchExpressions: [{key: k, operator: Exists}]}"
            + "                                       | ((POD && has(k)) && OWN)",
        "{matchExpressions: [{key: k, operator: DoesNotExist}]}"
            + "                                       | ((POD && !has(k)) && OWN)",
      })
  void selectsPodsOfItsNamespace(String podSelector, String expected) {
    assertThat(convert("{podSelector: " + podSelector + "}").selector())
        .hasToString(expected.replace("POD", POD).replace("OWN", OWN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{podSelector: {}}                            | (OWN && POD)",
        "{podSelector: {matchLabels: {a: b}}}         | (OWN && (POD && a == \"b\"))",
        "{namespaceSelector: {}}                      | (has(projectcalico.org/namespace) && POD)",
        "{namespaceSelector: {matchLabels: {t: o}}}   | (pcns.t == \"o\" && POD)",
        "{namespaceSelector: {matchLabels: {t: o, u: p}}, podSelector: {matchLabels: {a: b}}}"
            + "                 | ((pcns.t == \"o\" && pcns.u == \"p\") && (POD && a == \"b\"))",
        "{namespaceSelector: {matchExpressions: [{key: t, operator: NotIn, values: [o]}]}}"
            + "                                       | (pcns.t not in {\"o\"} && POD)",
      })
  void selectsPeers(String peer, String expected) {
    PolicyRule rule =
        convert("{podSelector: {}, ingress: [{from: [" + peer + "]}]}").ingress().getFirst();
    assertThat(rule.source().selector().orElseThrow())
        .hasToString(expected.replace("POD", POD).replace("OWN", OWN));
    assertThat(rule.destination().selector()).isEmpty();
  }

  /** Rules go protocol by protocol, within that peer by peer. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                                  | any",
        "[{port: 80}, {port: 443}]                           | tcp[80, 443]",
        "[{protocol: UDP, port: 53}, {port: 53}]             | tcp[53] udp[53]",
        "[{protocol: UDP}, {protocol: SCTP, port: 1}]        | sctp[1] udp[]",
        "[{port: 80}, {protocol: TCP}]                       | tcp[]",
        "[{port: http}, {port: 8000, endPort: 8010}]         | tcp[http, 8000:8010]",
      })
  void mergesPortsOfOneProtocol(String ports, String expected) {
    Policy policy = convert("{podSelector: {}, ingress: [{ports: " + ports + "}]}");
    assertThat(
            policy.ingress().stream()
                .map(rule ->
                    rule.protocol()
                        .map(p -> p.toString() + rule.destination().ports())
                        .orElse("any"))
                .reduce((a, b) -> a + " " + b))
        .hasValue(expected);
  }

  @Test
  void everyPeerOfEveryProtocolIsARule() {
    Policy policy =
        convert(
            """
            {podSelector: {}, ingress: [{
              from: [{podSelector: {}}, {ipBlock: {cidr: 10.0.0.0/8}}],
              ports: [{port: 80}, {protocol: UDP, port: 53}]}]}
            """);
    assertThat(policy.ingress()).hasSize(4);
    assertThat(policy.ingress().stream().map(rule -> rule.protocol().orElseThrow().toString()))
        .containsExactly("tcp", "tcp", "udp", "udp");
  }

  @Test
  void isOfTheDefaultTierAndOfOrder1000() {
    Policy policy = convert("{podSelector: {}, egress: [], policyTypes: [Egress]}");
    assertThat(policy.key()).isEqualTo(PolicyKey.kubernetes("shop", "p")).hasToString("knp/shop/p");
    assertThat(policy.tier()).isEqualTo("default");
    assertThat(policy.order()).isEqualTo(Optional.of(1000.0));
    assertThat(policy.types()).containsExactly(Direction.EGRESS);
  }

  @Test
  void namespacesAndAccountsAreProfiles() {
    var namespace = KubernetesLabels.namespace("shop", Map.of("team", "a"));
    assertThat(namespace.name()).isEqualTo("kns.shop");
    assertThat(namespace.labels())
        .isEqualTo(Map.of("pcns.team", "a", "pcns.projectcalico.org/name", "shop"));
    assertThat(namespace.ingress()).containsExactly(PolicyRule.ALLOW_ALL);
    assertThat(namespace.egress()).containsExactly(PolicyRule.ALLOW_ALL);
    var account = KubernetesLabels.serviceAccount("shop", "robot", Map.of("role", "r"));
    assertThat(account.name()).isEqualTo("ksa.shop.robot");
    assertThat(account.labels())
        .isEqualTo(Map.of("pcsa.role", "r", "pcsa.projectcalico.org/name", "robot"));
    assertThat(account.ingress()).isEmpty();
    assertThat(KubernetesLabels.podProfiles("shop", "robot"))
        .containsExactly("kns.shop", "ksa.shop.robot");
    assertThat(KubernetesLabels.podProfiles("shop", "")).containsExactly("kns.shop");
  }

  @ParameterizedTest
  @CsvSource({"62,true", "63,false"})
  void aLongAccountIsNoLabel(int length, boolean labelled) {
    String account = "a".repeat(length);
    Map<String, String> labels = KubernetesLabels.podLabels("shop", account, Map.of("app", "x"));
    assertThat(labels)
        .containsEntry("app", "x")
        .containsEntry("projectcalico.org/namespace", "shop")
        .containsEntry("projectcalico.org/orchestrator", "k8s");
    assertThat(labels.containsKey("projectcalico.org/serviceaccount")).isEqualTo(labelled);
  }
}
