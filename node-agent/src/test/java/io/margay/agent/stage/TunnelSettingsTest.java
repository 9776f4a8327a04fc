package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.FelixConfiguration;
import io.margay.tunnel.plan.ChecksumOffload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The environment goes before the node's FelixConfiguration, and that before the cluster's. */
class TunnelSettingsTest {
  private static final String NEW_KERNEL = "6.18.44";
  private static final String OLD_KERNEL = "5.4.0-26-generic";

  private final List<String> notes = new ArrayList<>();

  private TunnelSettings settings(
      AgentConfig.Tunnels environment, String kernel, FelixConfiguration... objects) {
    ClusterImage image = Images.of((Object[]) objects);
    return TunnelSettings.of(environment, kernel, image, Images.SELF, notes);
  }

  private static FelixConfiguration felix(String name, String field, Object value) {
    return new FelixConfiguration(name, "", Map.of(field, value));
  }

  private static AgentConfig.Tunnels environment(List<Prefix> external, Optional<Boolean> broken) {
    return new AgentConfig.Tunnels(
        Optional.empty(), Optional.empty(), 0, 0, 0, 0, 0, external, broken);
  }

  record Row(
      String name, Optional<Boolean> environment, String felix, String kernel, boolean usable) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("a kernel that does it right", Optional.empty(), "", NEW_KERNEL, true),
        new Row("one that does not", Optional.empty(), "", OLD_KERNEL, false),
        new Row("said broken", Optional.empty(), "ChecksumOffloadBroken=true", NEW_KERNEL, false),
        new Row("said sound", Optional.empty(), "ChecksumOffloadBroken=false", OLD_KERNEL, true),
        new Row("of something else", Optional.empty(), "SNATFullyRandom=false", OLD_KERNEL, false),
        new Row(
            "among others",
            Optional.empty(),
            "MASQFullyRandom=true, ChecksumOffloadBroken = True",
            NEW_KERNEL,
            false),
        new Row(
            "the environment knows better",
            Optional.of(false),
            "ChecksumOffloadBroken=true",
            OLD_KERNEL,
            true));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void checksumsAreTrustedAsConfiguredElseByTheKernel(Row row) {
    TunnelSettings settings =
        settings(
            environment(List.of(), row.environment()),
            row.kernel(),
            felix("default", "featureDetectOverride", row.felix()));
    assertThat(settings.checksums().usable()).isEqualTo(row.usable());
    assertThat(notes).isEmpty();
  }

  @Test
  void anOverrideThatCannotBeReadIsNamed() {
    TunnelSettings settings =
        settings(
            AgentConfig.Tunnels.UNSAID,
            NEW_KERNEL,
            felix("default", "featureDetectOverride", "ChecksumOffloadBroken=maybe"));
    assertThat(settings.checksums())
        .isEqualTo(new ChecksumOffload(true, "kernel 6.18.44, 5.7 or later"));
    assertThat(notes)
        .containsExactly(
            "FelixConfiguration \"default\": spec: featureDetectOverride is"
                + " \"ChecksumOffloadBroken=maybe\"; expected words like"
                + " ChecksumOffloadBroken=true, separated by commas");
  }

  @Test
  void externalNodesAreAddressesAndRanges() {
    FelixConfiguration cluster = felix("default", "externalNodesList", List.of("192.0.2.0/24"));
    FelixConfiguration own =
        felix("node.n1", "externalNodesList", List.of("198.51.100.7", "fd00::/64", "nowhere"));
    assertThat(settings(AgentConfig.Tunnels.UNSAID, NEW_KERNEL, cluster).externalNodes())
        .containsExactly(Prefix.of("192.0.2.0/24"));
    assertThat(notes).isEmpty();
    assertThat(settings(AgentConfig.Tunnels.UNSAID, NEW_KERNEL, cluster, own).externalNodes())
        .containsExactly(Prefix.of("198.51.100.7/32"), Prefix.of("fd00::/64"));
    assertThat(notes).hasSize(1);
    assertThat(notes.getFirst()).contains("externalNodesList", "nowhere");
    List<Prefix> ours = List.of(Prefix.of("203.0.113.0/24"));
    assertThat(
            settings(environment(ours, Optional.empty()), NEW_KERNEL, cluster, own).externalNodes())
        .isEqualTo(ours);
  }
}
