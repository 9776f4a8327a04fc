package io.margay.kube.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import io.margay.kube.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart, as Helm itself sees it. */
@Tag("golden")
class ChartTest {
  private static final Path CHART = Path.of("../helm");
  private static final Path AGENTS_CONFIGURATION =
      Path.of("../cni-plugin/src/main/resources/io/margay/cni/install/default.conflist");
  private static final Path CASES = Path.of("src/test/golden/chart");

  @BeforeAll
  static void helmIsThere() {
    try {
      Helm.version().call();
    } catch (LinkageError | RuntimeException e) {
      abort("Helm's native library does not load here: " + e);
    }
  }

  private static TemplateCommand template() {
    return new Helm(CHART)
        .template()
        .withName("margay")
        .withNamespace("kube-system")
        .withKubeVersion("1.34.0");
  }

  @Test
  void lintFindsNothing() {
    LintResult result = new Helm(CHART).lint().strict().call();
    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  /** Each case: values.yaml in, out.yaml as rendered. */
  @TestFactory
  Stream<DynamicTest> rendersEveryGoldenCase() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases.sorted().toList().stream()
          .map(directory ->
              DynamicTest.dynamicTest(
                  directory.getFileName().toString(),
                  () ->
                      Golden.compare(
                          directory.resolve("out.yaml"),
                          template().withValuesFile(directory.resolve("values.yaml")).call())));
    }
  }

  /** But for the families, which the agent's own leaves at IPv4. */
  @Test
  void theNetworkConfigurationIsTheAgentsOwn() throws IOException {
    List<Map<?, ?>> objects =
        documents(template().set("ipv6", true).set("podAddresses.ipv6", true).call());
    String ours =
        objects.stream()
            .filter(object -> object.get("kind").equals("ConfigMap"))
            .map(object -> ((Map<?, ?>) object.get("data")).get("cni_network_config"))
            .map(String.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(ours).contains("\"assign_ipv4\": \"true\"", "\"assign_ipv6\": \"true\"");
    String withoutFamilies = ours.replaceAll(",\\s*\"assign_ipv[46]\": \"true\"", "");
    assertThat(withoutFamilies).isEqualTo(Files.readString(AGENTS_CONFIGURATION).strip());
  }

  @Test
  void addressesWithoutPolicyAndPodsWithoutAddressesAreRefused() {
    assertThatThrownBy(() -> template().set("podAddresses.ipv6", true).call())
        .hasMessageContaining("podAddresses.ipv6 needs ipv6: true");
    assertThatThrownBy(() -> template().set("podAddresses.ipv4", false).call())
        .hasMessageContaining("one of ipv4 and ipv6 has to be true");
  }

  @Test
  void everyDocumentIsAnObjectWithAName() {
    List<Map<?, ?>> objects = documents(template().call());
    assertThat(objects).hasSizeGreaterThan(8);
    for (Map<?, ?> object : objects) {
      assertThat(object.get("apiVersion")).isNotNull();
      assertThat(((Map<?, ?>) object.get("metadata")).get("name")).isNotNull();
    }
  }

  @Test
  void selectorIsCalicosSoThatTakingOverIsAnUpgrade() {
    Map<?, ?> daemonSet =
        documents(template().call()).stream()
            .filter(object -> object.get("kind").equals("DaemonSet"))
            .findFirst()
            .orElseThrow();
    Map<?, ?> spec = (Map<?, ?>) daemonSet.get("spec");
    assertThat(((Map<?, ?>) spec.get("selector")).get("matchLabels"))
        .isEqualTo(Map.of("k8s-app", "calico-node"));
    assertThat(((Map<?, ?>) daemonSet.get("metadata")).get("name")).isEqualTo("calico-node");
  }

  private static List<Map<?, ?>> documents(String yaml) {
    var objects = new ArrayList<Map<?, ?>>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
      if (document instanceof Map<?, ?> object) {
        objects.add(object);
      }
    }
    return objects;
  }
}
