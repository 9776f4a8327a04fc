package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cluster.ControlPlane;
import io.margay.kernel.process.ProgramResult;
import io.margay.kube.image.ClusterImage;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Objects that the server takes and that make no sense, of every kind that the image is made of:
 * ignored, and named in the log with the field; the rest lives. Of the kinds whose objects the
 * server itself checks whole, the test is that it does.
 */
class BrokenObjectsTest {
  private static final String CALICO = "apiVersion: crd.projectcalico.org/v1, kind: ";

  @TempDir static Path folder;
  private static ControlPlane plane;
  private static Agent agent;
  private final LogTap log = LogTap.open();

  /**
   * An object in two versions.
   *
   * @param object apiVersion, kind and metadata without their braces
   * @param field the first that is wrong, as the log names it
   * @param part where the image has such objects
   */
  private record Case(
      String kind,
      String name,
      String object,
      String broken,
      String field,
      String whole,
      Function<ClusterImage, Map<?, ?>> part) {
    String brokenYaml() {
      return "{" + object + broken + "}";
    }

    String wholeYaml() {
      return "{" + object + whole + "}";
    }

    /** How many of its kind the image has under its name. */
    long in(ClusterImage image) {
      return part.apply(image).values().stream()
          .filter(value -> value.toString().contains(name))
          .count();
    }

    @Override
    public String toString() {
      return kind + " " + field;
    }
  }

  private static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "Node",
            "broken-node",
            "apiVersion: v1, kind: Node, metadata: {name: broken-node, annotations: ",
            "{projectcalico.org/IPv4Address: here}}",
            "metadata.annotations.projectcalico.org/IPv4Address is \"here\"",
            "{projectcalico.org/IPv4Address: 192.0.2.9/24}}",
            ClusterImage::nodes),
        new Case(
            "Pod",
            "broken-pod",
            "apiVersion: v1, kind: Pod, spec: {containers: [{name: c, image: none}]},"
                + " metadata: {namespace: shop, name: broken-pod, annotations: ",
            "{cni.projectcalico.org/podIP: here}}",
            "metadata.annotations.cni.projectcalico.org/podIP is \"here\"",
            "{cni.projectcalico.org/podIP: 10.0.0.9/32}}",
            ClusterImage::pods),
        calico(
            "IPPool",
            "{cidr: 10.9.0.0/16, blockSize: 33}",
            "spec.blockSize is 33",
            "{cidr: 10.9.0.0/16}",
            ClusterImage::ipPools),
        calico(
            "IPAMBlock",
            "{cidr: here, allocations: [], attributes: [], unallocated: [], strictAffinity: false}",
            "spec.cidr is \"here\"",
            "{cidr: 10.0.9.0/30, affinity: 'host:broken-ipamblock', allocations: [], attributes: [],"
                + " unallocated: [], strictAffinity: false}",
            ClusterImage::ipamBlocks),
        calico(
            "BlockAffinity",
            "{cidr: 10.0.9.0/30, node: broken-blockaffinity, state: perhaps, deleted: 'false'}",
            "spec.state is \"perhaps\"",
            "{cidr: 10.0.9.0/30, node: broken-blockaffinity, state: confirmed, deleted: 'false'}",
            ClusterImage::blockAffinities),
        calico(
            "BGPConfiguration",
            "{nodeMeshMaxRestartTime: soon}",
            "spec.nodeMeshMaxRestartTime is \"soon\"",
            "{}",
            ClusterImage::bgpConfigurations),
        calico(
            "BGPPeer",
            "{peerIP: here, asNumber: 64700}",
            "spec.peerIP is \"here\"",
            "{peerIP: 192.0.2.253, asNumber: 64700}",
            ClusterImage::bgpPeers),
        calico(
            "BGPFilter",
            "{importV4: [{action: Accept, matchOperator: In, cidr: 'fd00::/8'}]}",
            "spec.importV4[0].cidr is \"fd00::/8\"",
            "{importV4: [{action: Accept}]}",
            ClusterImage::bgpFilters));
  }

  private static Case calico(
      String kind,
      String broken,
      String field,
      String whole,
      Function<ClusterImage, Map<?, ?>> part) {
    String name = "broken-" + kind.toLowerCase(Locale.ROOT);
    return new Case(
        kind,
        name,
        CALICO + kind + ", metadata: {name: " + name + "}, spec: ",
        broken,
        field,
        whole,
        part);
  }

  @BeforeAll
  static void start() throws Exception {
    plane = RealCluster.start(folder);
    Specimens.ofEveryKind().forEach(yaml -> apply(yaml).orThrow());
    agent = new Agent(plane, folder).synced();
  }

  @AfterAll
  static void end() {
    if (agent != null) {
      agent.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  private static ProgramResult apply(String yaml) {
    return plane.kubectl().feed(yaml, "apply", "-f", "-");
  }

  private void awaitRefusal(Case broken, String effect) throws Exception {
    Wait.until(
        broken + ": " + effect,
        () ->
            log.lines().stream()
                .anyMatch(line ->
                    line.startsWith("kube.object.refused why=\"" + broken.kind() + " ")
                        && line.replace("\\", "").contains(broken.field())
                        && line.contains(broken.name())
                        && line.contains(effect)));
  }

  private static String all(Function<Case, String> version) {
    return cases().map(version).collect(Collectors.joining("\n---\n"));
  }

  private void awaitRefusals(String effect) throws Exception {
    for (Case broken : cases().toList()) {
      awaitRefusal(broken, effect);
    }
  }

  private static void areThere(int count) {
    assertThat(cases())
        .allSatisfy(
            each -> assertThat(each.in(agent.image())).as(each.toString()).isEqualTo(count));
  }

  @Test
  void brokenObjectsAreIgnoredUntilTheyAreMended(@TempDir Path own) throws Exception {
    apply(all(Case::brokenYaml)).orThrow();
    awaitRefusals("is ignored.");
    areThere(0);
    Truth.await(plane, agent);
    startsWithAllOfThem(own);

    apply(all(Case::wholeYaml)).orThrow();
    Truth.await(plane, agent);
    areThere(1);

    log.forget();
    apply(all(Case::brokenYaml)).orThrow();
    awaitRefusals("The last valid one stays in use.");
    areThere(1);
    plane.kubectl().feed(all(Case::brokenYaml), "delete", "--now", "-f", "-").orThrow();
    Truth.await(plane, agent);
    areThere(0);
  }

  /** What an agent reads at its start may be broken, too. */
  private void startsWithAllOfThem(Path own) throws Exception {
    log.forget();
    try (var late = new Agent(plane, own).synced()) {
      Truth.await(plane, late);
      awaitRefusals("is ignored.");
    }
  }

  @ParameterizedTest
  @MethodSource("checkedByTheServer")
  void serverTakesNoneThatIsBroken(String yaml, String field) {
    ProgramResult applied = plane.kubectl().feed(yaml, "create", "--validate=false", "-f", "-");
    assertThat(applied.succeeded()).isFalse();
    assertThat(applied.err()).contains(field);
  }

  private static Stream<Arguments> checkedByTheServer() {
    return Stream.of(
        arguments(
            "{apiVersion: v1, kind: Namespace, metadata: {name: odd, labels: {a: '!'}}}",
            "metadata.labels"),
        arguments(
            "{apiVersion: v1, kind: ServiceAccount, metadata: {name: odd, namespace: shop, labels: {a: '!'}}}",
            "metadata.labels"),
        arguments(
            "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: odd, namespace: shop}, spec: {podSelector: {}, policyTypes: [Sideways]}}",
            "spec.policyTypes"),
        arguments(
            "{"
                + CALICO
                + "ClusterInformation, metadata: {name: odd}, spec: {datastoreReady: perhaps}}",
            "spec.datastoreReady"),
        arguments("{" + CALICO + "FelixConfiguration, metadata: {name: odd}, spec: [1]}", "spec"));
  }

  private static Arguments arguments(String yaml, String field) {
    return Arguments.of(yaml, field);
  }
}
