package io.margay.kube.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.Golden;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calico's CRDs as we write them. */
class CrdTest {
  private static final Path CRDS = Path.of("../helm/crds");
  private static final Path GOLDEN = Path.of("src/test/golden");

  private static final Map<String, Map<String, Object>> BY_KIND = readAll();

  private static Map<String, Map<String, Object>> readAll() {
    var crds = new TreeMap<String, Map<String, Object>>();
    for (Path file : files(CRDS)) {
      Map<String, Object> crd = Golden.yaml(read(file));
      crds.put(String.valueOf(at(crd, "spec", "names", "kind")), crd);
      assertThat(file.getFileName())
          .hasToString(
              at(crd, "spec", "group") + "_" + at(crd, "spec", "names", "plural") + ".yaml");
    }
    return crds;
  }

  private static Object at(Object tree, Object... path) {
    Object value = tree;
    for (Object step : path) {
      value = step instanceof Integer i ? ((List<?>) value).get(i) : ((Map<?, ?>) value).get(step);
    }
    return value;
  }

  private static Map<?, ?> schema(String kind) {
    return (Map<?, ?>) at(BY_KIND.get(kind), "spec", "versions", 0, "schema", "openAPIV3Schema");
  }

  @Test
  void everyKindOfCalicosDatabaseIsThere() {
    assertThat(BY_KIND.keySet())
        .containsExactlyInAnyOrder(
            "IPPool",
            "IPAMBlock",
            "BlockAffinity",
            "IPAMHandle",
            "IPAMConfig",
            "IPReservation",
            "BGPConfiguration",
            "BGPPeer",
            "BGPFilter",
            "FelixConfiguration",
            "ClusterInformation",
            "GlobalNetworkPolicy",
            "NetworkPolicy",
            "StagedGlobalNetworkPolicy",
            "StagedNetworkPolicy",
            "StagedKubernetesNetworkPolicy",
            "Tier",
            "GlobalNetworkSet",
            "NetworkSet",
            "HostEndpoint",
            "CalicoNodeStatus",
            "KubeControllersConfiguration");
  }

  @Test
  void kindsThatWeUseAreServedWhereWeAskForThem() {
    for (Kind kind : Kind.values()) {
      if (!kind.group().equals(Kind.CALICO_GROUP)) {
        continue;
      }
      Map<String, Object> crd = BY_KIND.get(kind.word());
      assertThat(at(crd, "metadata", "name")).isEqualTo(kind.definition());
      assertThat(at(crd, "spec", "names", "plural")).isEqualTo(kind.plural());
      assertThat(at(crd, "spec", "scope"))
          .isEqualTo(kind.isNamespaced() ? "Namespaced" : "Cluster");
      assertThat(at(crd, "spec", "versions", 0, "name")).isEqualTo(kind.version());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NetworkPolicy, Namespaced",
    "NetworkSet, Namespaced",
    "StagedNetworkPolicy, Namespaced",
    "StagedKubernetesNetworkPolicy, Namespaced",
    "GlobalNetworkPolicy, Cluster",
    "HostEndpoint, Cluster",
  })
  void scopeIsCalicos(String kind, String scope) {
    assertThat(at(BY_KIND.get(kind), "spec", "scope")).isEqualTo(scope);
  }

  @Test
  void onlyTheControllersConfigurationHasAStatusOfItsOwn() {
    List<String> with =
        BY_KIND.entrySet().stream()
            .filter(e -> at(e.getValue(), "spec", "versions", 0, "subresources") != null)
            .map(Map.Entry::getKey)
            .toList();
    assertThat(with).containsExactly("KubeControllersConfiguration");
  }

  @ParameterizedTest
  @CsvSource({
    "IPPool, cidr",
    "IPAMBlock, allocations|attributes|cidr|strictAffinity|unallocated",
    "BlockAffinity, cidr|deleted|node|state",
    "IPAMHandle, block|handleID",
    "IPAMConfig, autoAllocateBlocks|strictAffinity",
  })
  void requiredFieldsAreCalicos(String kind, String fields) {
    assertThat(at(schema(kind), "properties", "spec", "required"))
        .isEqualTo(Arrays.asList(fields.split("\\|", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "IPPool, assignmentMode, Automatic",
    "IPAMBlock, sequenceNumber, 0",
    "BGPConfiguration, logSeverityScreen, Info",
    "BGPConfiguration, serviceLoadBalancerAggregation, Enabled",
    "FelixConfiguration, nftablesMode, Auto",
    "GlobalNetworkPolicy, tier, default",
    "NetworkPolicy, tier, default",
    "Tier, defaultAction, Deny",
    "StagedNetworkPolicy, stagedAction, Set",
    "StagedNetworkPolicy, tier, default",
    "KubeControllersConfiguration, healthChecks, Enabled",
  })
  void defaultsAreCalicos(String kind, String field, String value) {
    assertThat(at(schema(kind), "properties", "spec", "properties", field, "default"))
        .hasToString(value);
  }

  @TestFactory
  Stream<DynamicTest> whatIpamWritesIsStoredAsItIs() {
    return files(GOLDEN.resolve("store")).stream()
        .map(file ->
            DynamicTest.dynamicTest(
                file.getFileName().toString(),
                () -> assertStored(Json.object(read(file)).orElseThrow())));
  }

  @TestFactory
  Stream<DynamicTest> whatWeReadIsStoredAsItIs() {
    return files(GOLDEN.resolve("read")).stream()
        .filter(directory -> read(directory.resolve("out.txt")).endsWith("]\n"))
        .filter(directory -> read(directory.resolve("in.yaml")).contains(Kind.CALICO_GROUP))
        .map(directory ->
            DynamicTest.dynamicTest(
                directory.getFileName().toString(),
                () -> assertStored(Golden.yaml(read(directory.resolve("in.yaml"))))));
  }

  private static void assertStored(Map<String, Object> object) {
    String kind = String.valueOf(object.get("kind"));
    Object spec = object.getOrDefault("spec", Map.of());
    var schema = (Map<?, ?>) at(schema(kind), "properties", "spec");
    // Settings of the dataplane are kept without being modelled; node-agent reads what it knows.
    boolean open = kind.equals("FelixConfiguration");
    assertThat(Schema.check(schema, spec))
        .filteredOn(problem -> !(open && problem.endsWith("is not modelled")))
        .as("%s", object.get("metadata"))
        .isEmpty();
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
