package io.margay.kube.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.client.KubeApi;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store on fabric8's CRUD server, which the lab's API server is made of. */
class CrudServerTest {
  // Held here: a logger that nobody holds forgets its level.
  private static final Logger MOCK_LOG = Logger.getLogger("io.fabric8.mockwebserver");
  private static final Owner NODE_A = Owner.host("node-a");
  private static final Prefix CIDR = Prefix.of("10.0.1.0/26");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private KubeApi api;
  private KubeBlockStore store;

  @BeforeEach
  void start() {
    MOCK_LOG.setLevel(Level.WARNING);
    server.init(InetAddress.getLoopbackAddress(), 0);
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getPort())
            .build();
    api = KubeApi.open(config);
    store = new KubeBlockStore(api);
  }

  @AfterEach
  void stop() {
    api.close();
    server.destroy();
  }

  @Test
  void affinitiesAreSelectedByTheirLabels() {
    store.affinities().create(Affinity.of(NODE_A, CIDR, Affinity.State.CONFIRMED));
    store.affinities().create(Affinity.of(Owner.host("node-b"), CIDR, Affinity.State.CONFIRMED));
    assertThat(store.affinitiesOf(NODE_A)).hasSize(1);
    assertThat(store.affinitiesOf(NODE_A)).as("by the labels").hasSize(1);
    assertThat(store.affinitiesOf(Owner.host("node-c"))).isEmpty();
  }

  @Test
  void handleLivesAndDies() {
    var handle = Handle.of("k8s-pod-network.0A", Map.of(CIDR, 1));
    Stored<Handle> first = written(store.handles().create(handle));
    assertThat(store.handles().create(handle)).isEqualTo(new WriteOutcome.AlreadyExists<Handle>());
    var raised = Handle.of("k8s-pod-network.0A", Map.of(CIDR, 2));
    Stored<Handle> second = written(store.handles().update(raised, first.revision()));
    assertThat(store.handles().update(raised, first.revision()))
        .isEqualTo(new WriteOutcome.Conflict<Handle>());
    assertThat(store.handles().get("k8s-pod-network.0A")).contains(second);
    assertThat(store.handles().delete("k8s-pod-network.0A", second.revision()))
        .isEqualTo(DeleteOutcome.DELETED);
    assertThat(store.handles().get("k8s-pod-network.0A")).isEmpty();
    assertThat(store.handles().update(raised, second.revision()))
        .isEqualTo(new WriteOutcome.NotFound<Handle>());
  }

  @Test
  void configIsThereAfterTheFirstQuestion() {
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
  }

  private static <T> Stored<T> written(WriteOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    return ((WriteOutcome.Written<T>) outcome).stored();
  }
}
