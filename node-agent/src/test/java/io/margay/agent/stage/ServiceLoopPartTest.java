package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.ServiceLoopPrevention;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.NodeName;
import io.margay.policy.render.RenderSettings.DenyAction;
import io.margay.policy.render.ServiceLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServiceLoopPartTest {
  private static final NodeName SELF = new NodeName("n1");
  private static final List<Prefix> RANGES =
      List.of(Prefix.of("10.80.0.0/16"), Prefix.of("10.96.0.0/12"), Prefix.of("fd00:96::/112"));

  private final List<String> notes = new ArrayList<>();

  @Test
  void rangesOfTheClustersConfigurationAreDropped() {
    assertThat(loop(Optional.empty(), Map.of()))
        .isEqualTo(new ServiceLoop(DenyAction.DROP, RANGES));
  }

  @Test
  void theNodesOwnSettingsComeBeforeTheClusters() {
    assertThat(loop(Optional.empty(), Map.of("default", "Disabled", "node.n1", "Reject")))
        .isEqualTo(new ServiceLoop(DenyAction.REJECT, RANGES));
    assertThat(loop(Optional.of(ServiceLoopPrevention.DISABLED), Map.of("default", "Reject")))
        .isEqualTo(ServiceLoop.ALLOWED);
  }

  @Test
  void aWordThatIsNoneIsToldAndDoesNotCount() {
    assertThat(loop(Optional.empty(), Map.of("default", "Deny")).deny()).isEqualTo(DenyAction.DROP);
    assertThat(notes)
        .singleElement()
        .asString()
        .contains(
            "FelixConfiguration \"default\"", "serviceLoopPrevention", "Drop, Reject, Disabled");
  }

  @Test
  void withoutRangesThereIsNothingToDrop() {
    var part = new ServiceLoopPart(SELF, Optional.empty());
    part.update(ClusterImage.EMPTY, ClusterDelta.from(ClusterImage.EMPTY));
    assertThat(part.serviceLoop(notes)).isEqualTo(ServiceLoop.ALLOWED);
  }

  /** What is made of FelixConfigurations by name, beside services of all three kinds. */
  private ServiceLoop loop(
      Optional<ServiceLoopPrevention> environment, Map<String, String> byName) {
    var objects = new ArrayList<Object>();
    objects.add(
        CalicoObjects.read(
            "BGPConfiguration default",
            "{'serviceClusterIPs': [{'cidr': '10.96.0.0/12'}, {'cidr': 'fd00:96::/112'}],"
                + " 'serviceExternalIPs': [{'cidr': '10.80.0.0/16'}],"
                + " 'serviceLoadBalancerIPs': [{'cidr': '10.80.0.0/16'}]}"));
    byName.forEach((name, action) ->
        objects.add(new FelixConfiguration(name, "", Map.of("serviceLoopPrevention", action))));
    ClusterImage image = Images.of(objects.toArray());
    var part = new ServiceLoopPart(SELF, environment);
    part.update(image, ClusterDelta.from(image));
    return part.serviceLoop(notes);
  }
}
