package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Images;
import io.margay.agent.stage.PoolStage;
import io.margay.ipam.allocate.Allocator;
import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tunnel address over HTTP; what is to be done when is shown by the stage's own test. */
@Timeout(60)
class TunnelAddressesTest {
  private static final String NODE = "/api/v1/nodes/n1";
  private static final NodeName SELF = new NodeName("n1");
  private static final IpPool POOL = Images.pool("10.244.0.0/24");

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final AtomicInteger faults = new AtomicInteger();
  private final CountDownLatch refused = new CountDownLatch(1);
  private final ClusterImage image = Images.of(Images.self(Map.of(), Optional.empty()), POOL);
  private final TunnelAddresses addresses =
      new TunnelAddresses(
          SELF,
          new Allocator(
              "n1",
              new KubeBlockStore(api),
              () -> PoolStage.forAllocation(image, SELF),
              InstantSource.system(),
              new Random(1)),
          new ClusterReads(api),
          new NodeStatusWriter(api, SELF),
          this::image,
          Set::of,
          refused::countDown);

  TunnelAddressesTest() {
    server.put(
        NODE,
        """
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}, "status": {}}
        """);
  }

  @AfterEach
  void end() {
    api.close();
    server.close();
  }

  private ClusterImage image() {
    if (faults.getAndDecrement() > 0) {
      throw new IllegalStateException("an image that nobody understands");
    }
    return image;
  }

  private Optional<String> annotated() {
    Map<?, ?> meta = (Map<?, ?>) server.at(NODE).orElseThrow().get("metadata");
    return meta.get("annotations") instanceof Map<?, ?> annotations
        ? Optional.ofNullable(annotations.get(NodeAnnotations.IPIP_TUNNEL_ADDRESS))
            .map(String::valueOf)
        : Optional.empty();
  }

  private long writes() {
    return server.requests().stream().filter(request -> !request.method().equals("GET")).count();
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      // The test's time limit interrupts.
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  @Test
  void aPoolThatAsksForOneGivesTheNodeItsAddress() {
    assertThat(addresses.isSettled(image)).isFalse();
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    assertThat(annotated()).hasValueSatisfying(ip -> assertThat(ip).startsWith("10.244.0."));
  }

  @Test
  void anImageThatIsBehindOurOwnWriteChangesNothing() {
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    Optional<String> first = annotated();
    long written = writes();
    long asked = server.requests().size();
    addresses.look();
    until(() -> server.requests().size() > asked + 1);
    assertThat(annotated()).isEqualTo(first);
    assertThat(writes()).isEqualTo(written);
  }

  @Test
  void whatFailsIsTriedAgainAtTheNextChange() {
    faults.set(1);
    server.answerNext(500, "etcd has no leader");
    addresses.start();
    until(() -> {
      addresses.look();
      return annotated().isPresent();
    });
    assertThat(faults).hasValueLessThan(1);
  }

  @Test
  void whereIpamGivesNoneNobodyWaitsForOne() throws InterruptedException {
    server.put(
        "/apis/crd.projectcalico.org/v1/ipreservations/all",
        """
        {"apiVersion": "crd.projectcalico.org/v1", "kind": "IPReservation",
         "metadata": {"name": "all"}, "spec": {"reservedCIDRs": ["10.244.0.0/24"]}}
        """);
    addresses.start();
    addresses.look();
    refused.await();
    assertThat(addresses.isSettled(image)).isTrue();
    assertThat(annotated()).isEmpty();
  }
}
