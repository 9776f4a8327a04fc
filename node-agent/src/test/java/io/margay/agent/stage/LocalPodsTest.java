package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.LocalPods.LocalPod;
import io.margay.agent.stage.LocalPods.Wired;
import io.margay.foundation.addr.Ip;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.PodKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What CNI did stands before what the image says, and ends with the sandbox it was done for. */
class LocalPodsTest {
  private static final PodKey WEB = new PodKey("shop", "web");
  private static final ClusterImage IMAGE =
      Images.of(Images.pod("web", "n1", "10.244.1.1"), Images.pod("starting", "n1"));

  private final LocalPods pods = new LocalPods();

  private Map<PodKey, LocalPod> all() {
    return pods.all(IMAGE.pods().values(), key -> "cali-" + key.name());
  }

  private static Wired wired(String container, String ip, boolean up) {
    return new Wired(container, "eth0", "cali1", List.of(Ip.of(ip)), up);
  }

  @Test
  void theImageAloneGivesThisNodesPodsWithAddresses() {
    assertThat(all())
        .containsOnly(
            Map.entry(WEB, new LocalPod(WEB, "cali-web", List.of(Ip.of("10.244.1.1")), false)));
  }

  @Test
  void aPairThatCniMadeStandsBeforeTheImage() {
    pods.wired(WEB, wired("c1", "10.244.1.9", false));
    assertThat(all().get(WEB))
        .isEqualTo(new LocalPod(WEB, "cali1", List.of(Ip.of("10.244.1.9")), false));
    pods.up(WEB, "another");
    assertThat(all().get(WEB).interfaceUp()).isFalse();
    pods.up(WEB, "c1");
    assertThat(all().get(WEB).interfaceUp()).isTrue();
  }

  @Test
  void aSecondAddOfTheSameContainerKeepsItUpANewContainerDoesNot() {
    pods.wired(WEB, wired("c1", "10.244.1.9", false));
    pods.up(WEB, "c1");
    pods.wired(WEB, wired("c1", "10.244.1.9", false));
    assertThat(all().get(WEB).interfaceUp()).isTrue();
    pods.wired(WEB, wired("c2", "10.244.1.10", false));
    assertThat(all().get(WEB).interfaceUp()).isFalse();
  }

  @Test
  void aForgottenPodIsGoneThoughTheImageStillShowsItsAddress() {
    assertThat(pods.forget(WEB, "c1")).isTrue();
    assertThat(all()).isEmpty();
    assertThat(pods.isForgotten(WEB)).isTrue();
    pods.wired(WEB, wired("c2", "10.244.1.9", false));
    assertThat(all()).containsKey(WEB);
  }

  @Test
  void theDelOfAnOlderSandboxTakesNothingFromTheNewerOne() {
    pods.wired(WEB, wired("c2", "10.244.1.9", true));
    assertThat(pods.forget(WEB, "c1")).isFalse();
    assertThat(all().get(WEB).ips()).containsExactly(Ip.of("10.244.1.9"));
    assertThat(pods.podOf("c2")).contains(WEB);
    assertThat(pods.podOf("c1")).isEmpty();
  }

  @Test
  void aPodThatIsGoneFromTheImageIsNotRemembered() {
    pods.forget(WEB, "c1");
    pods.gone(WEB);
    assertThat(all()).containsKey(WEB);
  }
}
