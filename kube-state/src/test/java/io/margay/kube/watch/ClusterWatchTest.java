package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Preconditions;
import io.margay.kube.client.Written;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.PodKey;
import io.margay.kube.warm.WarmFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ClusterWatchTest {
  // Held here: a logger that nobody holds forgets its level.
  private static final Logger MOCK_LOG = Logger.getLogger("io.fabric8.mockwebserver");

  private record Told(ClusterImage image, ClusterDelta delta, SyncState sync) {}

  @TempDir Path directory;
  private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
  private KubernetesMockServer server;
  private int port;

  @BeforeEach
  void reserveAPort() throws IOException {
    MOCK_LOG.setLevel(Level.WARNING);
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  @AfterEach
  void stopServer() {
    if (server != null) {
      server.destroy();
    }
  }

  private void startServer(KubernetesCrudDispatcher dispatcher) {
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), dispatcher, false);
    server.init(InetAddress.getLoopbackAddress(), port);
  }

  private KubeApi api() {
    Config config =
        new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:" + port).build();
    return KubeApi.open(config);
  }

  private ClusterWatch watch(KubeApi api) {
    return watch(api, Duration.ofMinutes(10));
  }

  private ClusterWatch watch(KubeApi api, Duration patience) {
    var file = new WarmFile(directory.resolve("image"));
    return ClusterWatch.start(
        api,
        WarmStart.of(file, patience, InstantSource.system()),
        (image, delta, sync) -> told.add(new Told(image, delta, sync)));
  }

  /** The first state that is as expected; the test's time limit ends the waiting. */
  private Told await(Predicate<Told> expected) throws InterruptedException {
    while (true) {
      Told next = told.poll(50, TimeUnit.SECONDS);
      assertThat(next).as("a state as expected").isNotNull();
      if (expected.test(next)) {
        return next;
      }
    }
  }

  private static Map<String, Object> object(Kind kind, ObjectKey key, String spec) {
    var object = Json.object("{\"spec\": " + spec + "}").orElseThrow();
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.word());
    var meta = new HashMap<String, Object>();
    meta.put("name", key.name());
    if (!key.namespace().isEmpty()) {
      meta.put("namespace", key.namespace());
    }
    object.put("metadata", meta);
    return object;
  }

  private static void create(KubeApi api, Kind kind, ObjectKey key, String spec) {
    assertThat(api.create(kind, key, object(kind, key, spec))).isInstanceOf(Written.Done.class);
  }

  private static void createEast(KubeApi api) {
    create(api, Kind.IP_POOL, ObjectKey.cluster("east"), "{\"cidr\": \"10.0.0.0/16\"}");
  }

  @Test
  void imageHoldsWhatIsThereAndFollowsWhatHappens() throws InterruptedException {
    startServer(new KubernetesCrudDispatcher());
    try (KubeApi api = api()) {
      createEast(api);
      create(api, Kind.NODE, ObjectKey.cluster("node-a"), "{}");
      var web = new ObjectKey("shop", "web-1");
      create(api, Kind.POD, web, "{\"nodeName\": \"node-a\"}");
      try (ClusterWatch _ = watch(api)) {
        Told synced = await(t -> t.sync().isSynced());
        assertThat(synced.image().ipPools()).containsOnlyKeys("east");
        assertThat(synced.image().nodes()).containsOnlyKeys(new NodeName("node-a"));
        assertThat(synced.image().pods()).containsOnlyKeys(new PodKey("shop", "web-1"));

        create(api, Kind.IP_POOL, ObjectKey.cluster("west"), "{\"cidr\": \"10.1.0.0/16\"}");
        await(t -> t.delta().ipPools().containsKey("west"));

        api.delete(Kind.POD, web, new Preconditions("", ""));
        Told gone = await(t -> t.image().pods().isEmpty());
        assertThat(gone.delta().pods()).containsOnlyKeys(new PodKey("shop", "web-1"));
      }
    }
  }

  @Test
  void serverThatIsAwayAtStartIsAskedUntilItIsThere() throws InterruptedException {
    try (KubeApi api = api();
        ClusterWatch _ = watch(api)) {
      Told away = await(t -> !t.sync().stale().isEmpty());
      assertThat(away.sync().isSynced()).isFalse();
      startServer(new KubernetesCrudDispatcher());
      createEast(api);
      Told back = await(t -> t.sync().isSynced() && t.image().ipPools().containsKey("east"));
      assertThat(back.sync().waitingFor()).isEmpty();
    }
  }

  @Test
  void imageStaysWhileTheServerIsAway() throws InterruptedException {
    startServer(new KubernetesCrudDispatcher());
    try (KubeApi api = api()) {
      createEast(api);
      try (ClusterWatch _ = watch(api)) {
        await(t -> t.sync().isSynced());
        server.destroy();
        Told away = await(t -> t.sync().stale().contains(Kind.IP_POOL));
        assertThat(away.image().ipPools()).containsOnlyKeys("east");
        assertThat(away.sync().isSynced()).isTrue();
        startServer(new KubernetesCrudDispatcher());
        await(t -> t.sync().stale().isEmpty());
        create(api, Kind.IP_POOL, ObjectKey.cluster("west"), "{\"cidr\": \"10.1.0.0/16\"}");
        await(t -> t.image().ipPools().containsKey("west"));
      }
    }
  }

  @Test
  void kindThatTheServerDoesNotKnowIsTold() throws InterruptedException {
    startServer(
        new KubernetesCrudDispatcher() {
          @Override
          public MockResponse handleGet(String path) {
            return path.contains("/bgpfilters")
                ? new MockResponse().setResponseCode(404)
                : super.handleGet(path);
          }
        });
    try (KubeApi api = api();
        ClusterWatch _ = watch(api)) {
      Told synced = await(t -> t.sync().isSynced());
      assertThat(synced.sync().missing()).containsExactly(Kind.BGP_FILTER);
    }
  }

  @Test
  void serverThatAsksForAPauseGetsIt() throws InterruptedException {
    var asked = new LinkedBlockingQueue<Long>();
    startServer(
        new KubernetesCrudDispatcher() {
          @Override
          public MockResponse handleGet(String path) {
            if (!path.contains("/bgpfilters")) {
              return super.handleGet(path);
            }
            asked.add(System.nanoTime());
            return asked.size() == 1
                ? new MockResponse().setResponseCode(429).setHeader("Retry-After", "2")
                : super.handleGet(path);
          }
        });
    try (KubeApi api = api();
        ClusterWatch _ = watch(api)) {
      await(t -> t.sync().isSynced());
      assertThat(Duration.ofNanos(-asked.remove() + asked.remove()))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    }
  }

  @Test
  void brokenObjectDoesNotStopTheOthers() throws InterruptedException {
    startServer(new KubernetesCrudDispatcher());
    try (KubeApi api = api()) {
      create(api, Kind.IP_POOL, ObjectKey.cluster("bad"), "{\"cidr\": \"nowhere\"}");
      createEast(api);
      try (ClusterWatch _ = watch(api)) {
        Told synced = await(t -> t.sync().isSynced());
        assertThat(synced.image().ipPools()).containsOnlyKeys("east");
      }
    }
  }

  @Test
  void imageOnDiskStandsInForAServerThatIsAway() throws InterruptedException {
    startServer(new KubernetesCrudDispatcher());
    try (KubeApi api = api()) {
      createEast(api);
      try (ClusterWatch _ = watch(api)) {
        await(t -> t.sync().isSynced());
      }
      server.destroy();
      told.clear();
      try (ClusterWatch _ = watch(api, Duration.ZERO)) {
        Told warm = await(t -> t.sync().isUsable());
        assertThat(warm.sync().isSynced()).isFalse();
        assertThat(warm.sync().remembered()).isPresent();
        assertThat(warm.image().ipPools()).containsOnlyKeys("east");
        // A server that has lost its memory: what it does not tell is gone.
        startServer(new KubernetesCrudDispatcher());
        create(api, Kind.IP_POOL, ObjectKey.cluster("west"), "{\"cidr\": \"10.1.0.0/16\"}");
        Told live = await(t -> t.sync().isSynced() && !t.image().ipPools().containsKey("east"));
        assertThat(live.sync().remembered()).isEmpty();
        assertThat(live.image().ipPools()).containsOnlyKeys("west");
      }
    }
  }

  @Test
  void brokenImageOnDiskIsNotUsed() throws InterruptedException, IOException {
    Files.writeString(directory.resolve("image"), "{\"format\":2}");
    try (KubeApi api = api();
        ClusterWatch _ = watch(api, Duration.ZERO)) {
      Told away = await(t -> !t.sync().stale().isEmpty());
      assertThat(away.sync().isUsable()).isFalse();
      assertThat(away.image()).isEqualTo(ClusterImage.EMPTY);
    }
  }
}
