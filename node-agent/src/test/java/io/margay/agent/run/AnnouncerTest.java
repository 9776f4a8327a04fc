package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.Ip;
import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.Encap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of a node's ends of tunnels, and on which node, over HTTP. */
@Timeout(60)
class AnnouncerTest {
  private static final String NODE = "/api/v1/nodes/n1";
  private static final Map<Encap, Ip> ADDRESSED = Map.of(Encap.IPIP, Ip.of("10.244.1.1"));
  private static final String WITH_ADDRESS =
      "\"" + NodeAnnotations.IPIP_TUNNEL_ADDRESS + "\": \"10.244.1.1\"";

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final Semaphore inForce = new Semaphore(0);
  private final Announcer announcer =
      new Announcer(new NodeStatusWriter(api, new NodeName("n1")), this::await);

  @AfterEach
  void end() {
    api.close();
    server.close();
  }

  private boolean await(long version) throws InterruptedException {
    inForce.acquire();
    return true;
  }

  private void nodeIs(String annotations) {
    server.put(
        NODE,
        "{\"apiVersion\": \"v1\", \"kind\": \"Node\", \"metadata\": {\"name\": \"n1\","
            + " \"annotations\": {"
            + annotations
            + "}}, \"spec\": {}, \"status\": {}}");
  }

  private static Plan plan(long version, String receives, String sends, Map<Encap, Ip> addresses) {
    return Plans.ofEnds(
        version,
        new Plan.Ends(
            Set.of(),
            new Plan.Announcement(receives, sends),
            addresses,
            new Plan.Announcement("", ""),
            OptionalLong.empty()));
  }

  private Optional<String> said(String annotation) {
    Map<?, ?> meta = (Map<?, ?>) server.at(NODE).orElseThrow().get("metadata");
    return meta.get("annotations") instanceof Map<?, ?> annotations
        ? Optional.ofNullable(annotations.get(annotation)).map(String::valueOf)
        : Optional.empty();
  }

  private boolean says(String receives, String sends) {
    return said(NodeAnnotations.RECEIVES).equals(Optional.of(receives))
        && said(NodeAnnotations.SENDS).equals(Optional.of(sends));
  }

  private long written() {
    return server.requests().stream().filter(request -> request.method().equals("PUT")).count();
  }

  private boolean everSaidIpip() {
    return server.requests().stream()
        .anyMatch(
            request -> request.body().contains("\"" + NodeAnnotations.RECEIVES + "\":\"ipip\""));
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      // The test's time limit interrupts.
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsSentIsSaidBeforeAndWhatIsTakenOnceItIsInForce() {
    nodeIs(WITH_ADDRESS);
    announcer.start();
    announcer.planned(plan(1, "ipip", "ipip", ADDRESSED));
    until(() -> says("", "ipip"));
    inForce.release();
    until(() -> says("ipip", "ipip"));
    assertThat(everSaidIpip()).isTrue();
  }

  @Test
  void anEndThatGaveItsAddressBackIsNotAnnounced() {
    nodeIs("\"other\": \"x\"");
    announcer.start();
    announcer.planned(plan(1, "ipip", "direct", ADDRESSED));
    until(() -> !server.requests().isEmpty());
    announcer.planned(plan(2, "", "direct", Map.of()));
    inForce.release(2);
    until(() -> says("", "direct"));
    assertThat(everSaidIpip()).isFalse();
  }

  @Test
  void norOneThatGivesItBackWhileItIsWritten() {
    nodeIs(WITH_ADDRESS);
    announcer.start();
    announcer.planned(plan(1, "ipip", "", ADDRESSED));
    until(() -> says("", ""));
    server.beforeNextWrite(() -> nodeIs("\"other\": \"x\""));
    inForce.release();
    until(() -> said("other").isPresent());
    announcer.planned(plan(2, "", "direct", Map.of()));
    inForce.release();
    until(() -> says("", "direct"));
    // The first write of all said nothing; the refused one came too late.
    assertThat(said(NodeAnnotations.IPIP_TUNNEL_ADDRESS)).isEmpty();
  }

  @Test
  void aPlanThatAnotherFollowedSaysNothingAnyMore() {
    nodeIs(WITH_ADDRESS);
    announcer.start();
    announcer.planned(plan(1, "ipip", "", ADDRESSED));
    until(() -> says("", ""));
    announcer.planned(plan(2, "", "direct", ADDRESSED));
    inForce.release(2);
    until(() -> says("", "direct"));
    assertThat(everSaidIpip()).isFalse();
    assertThat(written()).isEqualTo(2);
  }
}
