package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Images;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.PoolStage;
import io.margay.foundation.addr.Ip;
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
import io.margay.tunnel.plan.Encap;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tunnel address over HTTP; what is to be done when is shown by the stage's own test. */
@Timeout(60)
class TunnelAddressesTest {
  private static final String NODE = "/api/v1/nodes/n1";
  private static final String HANDLE =
      "/apis/crd.projectcalico.org/v1/ipamhandles/ipip-tunnel-addr-n1";
  private static final String BARE_NODE =
      """
      {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"}, "spec": {}, "status": {}}
      """;
  private static final NodeName SELF = new NodeName("n1");
  private static final IpPool POOL = Images.pool("10.244.0.0/24");

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final AtomicInteger faults = new AtomicInteger();
  private final CountDownLatch refused = new CountDownLatch(1);
  private final ClusterImage image = Images.of(Images.self(Map.of(), Optional.empty()), POOL);
  private final TunnelAddresses addresses = addresses(this::image, Plan.Ends.NONE);

  TunnelAddressesTest() {
    server.put(NODE, BARE_NODE);
  }

  @AfterEach
  void end() {
    api.close();
    server.close();
  }

  private TunnelAddresses addresses(Supplier<ClusterImage> seen, Plan.Ends planned) {
    return new TunnelAddresses(
        SELF,
        new Allocator(
            "n1",
            new KubeBlockStore(api),
            () -> PoolStage.forAllocation(image, SELF),
            InstantSource.system(),
            new Random(1)),
        new ClusterReads(api),
        new NodeStatusWriter(api, SELF),
        seen,
        () -> Optional.of(planned),
        refused::countDown);
  }

  /** Once the node has an address, nobody asks for one any more. */
  private TunnelAddresses withoutPool(boolean annotated) {
    Optional<Ip> address = annotated().filter(_ -> annotated).map(Ip::of);
    return addresses(
        () -> Images.of(Images.self(Map.of(), address)),
        new Plan.Ends(
            Set.of(),
            new Plan.Announcement("", ""),
            address.map(ip -> Map.of(Encap.IPIP, ip)).orElse(Map.of()),
            new Plan.Announcement("", ""),
            OptionalLong.empty()));
  }

  private void nodeSays(String annotation, String value) {
    new NodeStatusWriter(api, SELF).annotate(Map.of(annotation, Optional.of(value)));
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

  @Test
  void theAnnotationGoesBeforeTheAddress() {
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    TunnelAddresses later = withoutPool(true);
    later.start();
    later.look();
    until(() -> server.at(HANDLE).isEmpty());
    assertThat(annotated()).isEmpty();
    List<String> done = server.requests().stream().map(r -> r.method() + " " + r.path()).toList();
    assertThat(done.lastIndexOf("PUT " + NODE + "/status"))
        .isLessThan(done.indexOf("DELETE " + HANDLE));
  }

  @Test
  void anAddressThatIsAnnouncedStays() {
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    nodeSays(NodeAnnotations.RECEIVES, "ipip");
    long asked = server.requests().size();
    TunnelAddresses later = withoutPool(true);
    later.start();
    later.look();
    until(() -> server.requests().size() > asked + 3);
    assertThat(annotated()).isPresent();
    assertThat(server.at(HANDLE)).isPresent();
    nodeSays(NodeAnnotations.RECEIVES, "");
    later.look();
    until(() -> server.at(HANDLE).isEmpty());
    assertThat(annotated()).isEmpty();
  }

  @Test
  void anAddressWhoseAnnotationIsGoneIsGivenBack() {
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    server.put(NODE, BARE_NODE);
    TunnelAddresses later = withoutPool(false);
    later.start();
    later.look();
    until(() -> server.at(HANDLE).isEmpty());
  }

  @Test
  void nothingIsDoneBeforeThePlansHaveTheNodeAsItIs() {
    addresses.start();
    addresses.look();
    until(() -> annotated().isPresent());
    Optional<String> first = annotated();
    long written = writes();
    TunnelAddresses later =
        addresses(() -> Images.of(Images.self(Map.of(), first.map(Ip::of))), Plan.Ends.NONE);
    long asked = server.requests().size();
    later.start();
    later.look();
    until(() -> server.requests().size() > asked + 1);
    assertThat(annotated()).isEqualTo(first);
    assertThat(writes()).isEqualTo(written);
  }
}
