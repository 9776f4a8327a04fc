package io.margay.lab.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.tree.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestReaderTest {
  private static final String POLICY =
      """
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: p, namespace: shop}
      spec:
        podSelector: {}
        ingress:
        - from:
          - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}
          ports: [{port: 80}, {port: web, protocol: UDP}, {port: 1000, endPort: 2000}]
      """;

  @Test
  void readsSeveralDocumentsAndNamesWhatItLeavesAlone() {
    Manifests read =
        read(
            POLICY
                + """
                ---
                # nothing here
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                ---
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
                ---
                apiVersion: projectcalico.org/v3
                kind: IPPool
                metadata: {name: east}
                spec: {cidr: 10.9.0.0/16, ipipMode: Always}
                """);
    assertThat(read.problems()).isEmpty();
    assertThat(read.objects())
        .extracting(o -> o.kind().kind() + " " + o.name())
        .containsExactly("NetworkPolicy p", "Namespace shop", "IPPool east");
    assertThat(read.objects().getLast().object().path("apiVersion").asText())
        .isEqualTo("crd.projectcalico.org/v1");
    assertThat(read.skipped()).containsExactly("ConfigMap \"settings\" (f.yaml)");
  }

  @Test
  void anObjectWithoutNamespaceIsInTheDefaultOne() {
    Manifests read =
        read("{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}");
    assertThat(read.objects().getFirst().object().at("/metadata/namespace").asText())
        .isEqualTo("default");
  }

  record Case(String name, String text, String problem) {}

  static Stream<Case> wrong() {
    return Stream.of(
        new Case(
            "unknown field in a list",
            POLICY.replace("ipBlock:", "ipBlok:"),
            "spec.ingress[0].from[0].ipBlok is an object; expected no such field here; known are"
                + " ipBlock, namespaceSelector, podSelector"),
        new Case(
            "unknown field at the top of spec",
            POLICY.replace("podSelector: {}", "podSelector: {}\n  policyType: [Ingress]"),
            "spec.policyType is a list; expected no such field here; known are egress, ingress,"
                + " podSelector, policyTypes"),
        new Case(
            "unknown field of a container",
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{nam: c}]}}",
            "spec.containers[0].nam is \"c\"; expected no such field here"),
        new Case(
            "not a CIDR",
            POLICY.replace("10.0.0.0/8", "10.0.0.0/33"),
            "spec.ingress[0].from[0].ipBlock.cidr is \"10.0.0.0/33\"; expected a CIDR"),
        new Case(
            "not a CIDR in except",
            POLICY.replace("10.1.0.0/16", "10.1.0.0"),
            "spec.ingress[0].from[0].ipBlock.except[0] is \"10.1.0.0\"; expected a CIDR"),
        new Case(
            "a text where a list belongs",
            POLICY.replace("podSelector: {}", "podSelector: {}\n  policyTypes: Ingress"),
            "spec.policyTypes is \"Ingress\"; expected of the kind that NetworkPolicy has there"),
        new Case(
            "unknown field of a Calico kind",
            "{apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: e},"
                + " spec: {cidr: 10.9.0.0/16, natOutgoin: true}}",
            "spec.natOutgoin is true; expected no such field here"),
        new Case(
            "a Calico CIDR",
            "{apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: e},"
                + " spec: {cidr: 10.9.0.0/99}}",
            "spec.cidr is \"10.9.0.0/99\"; expected a CIDR"),
        new Case(
            "no name",
            "{apiVersion: v1, kind: Namespace, metadata: {}}",
            "metadata.name is missing; expected a text that is not empty"),
        new Case("no YAML", "a: [", "the document is "));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void saysWhatIsWrongAndWhere(Case c) {
    assertThat(read(c.text()).problems())
        .as(c.name())
        .extracting(Problem::toString)
        .anySatisfy(problem -> assertThat(problem).contains(c.problem()));
  }

  @Test
  void saysAllThatIsWrong() {
    Manifests read =
        read(POLICY.replace("cidr: 10.0.0.0/8", "cidr: x, cdr: y").replace("endPort", "endport"));
    assertThat(read.problems()).hasSize(3);
  }

  @Test
  void theManifestsThatPeopleCopyAreRead() throws IOException {
    Path data = Path.of(System.getProperty("margay.root", ".")).resolve("../shared/data");
    assumeTrue(Files.isDirectory(data), () -> "no published manifests at " + data);
    for (String folder : new String[] {"online-boutique", "policy-recipes"}) {
      Manifests read = ManifestReader.read(files(data.resolve(folder)));
      assertThat(read.problems()).as(folder).isEmpty();
      assertThat(read.skipped()).as(folder).isEmpty();
      assertThat(read.objects()).as(folder).hasSizeGreaterThan(9);
    }
  }

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static Manifests read(String text) {
    return ManifestReader.read(Map.of("f.yaml", text));
  }
}
