package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cluster.ControlPlane;
import io.margay.cluster.fault.Fault;
import io.margay.cluster.fault.FaultProxy;
import io.margay.kube.types.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The API server, or the way to it, fails under an agent that watches. Things come and go
 * meanwhile; afterwards the agent's image is what kubectl says, and nobody holds more than before.
 */
class ApiFaultsTest {
  private static final String FILTERS = Kind.BGP_FILTER.definition();

  @TempDir static Path folder;
  private static ControlPlane plane;
  private static FaultProxy proxy;
  private static Agent agent;
  private static int scenes;

  private final LogTap log = LogTap.open();
  private Held before;

  @BeforeAll
  static void start() throws Exception {
    plane = RealCluster.start(folder);
    proxy = FaultProxy.start(plane.pki(), plane.server(), 0);
    Specimens.ofEveryKind().forEach(ApiFaultsTest::create);
    // Its watches come and go by themselves: what is left are the agent's and the server's own.
    plane.controllerManager().kill();
    agent = new Agent(RealCluster.through(proxy, plane, folder), folder).synced();
  }

  @AfterAll
  static void end() throws Exception {
    if (agent != null) {
      agent.close();
    }
    if (proxy != null) {
      proxy.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  @BeforeEach
  void lookBefore() throws Exception {
    scenes++;
    create(account("goes-" + scenes));
    create(pool("changes-" + scenes, "10.%d.0.0/16".formatted(scenes)));
    Truth.await(plane, agent);
    before = Held.by(plane);
    log.forget();
  }

  /** The end of every test here: the truth is known, and nothing is left over. */
  @AfterEach
  void lookAfter() throws Exception {
    proxy.set(new Fault.None());
    if (!plane.apiServer().isAlive()) {
      plane.apiServer().start();
    }
    plane.awaitReady();
    Truth.await(plane, agent);
    Held.awaitNoMoreThan(before, plane);
    log.close();
  }

  private static void create(String yaml) {
    plane.kubectl().feed(yaml, "create", "-f", "-").orThrow();
  }

  private static String kubectl(String... arguments) {
    return plane.kubectl().run(arguments).orThrow().out();
  }

  private static String account(String name) {
    return "{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: shop}}"
        .formatted(name);
  }

  private static String pool(String name, String cidr) {
    return """
    {apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: %s}, spec: {cidr: %s}}
    """
        .formatted(name, cidr);
  }

  /** One object goes, one comes, one is made anew under its name with another content. */
  private static void thingsHappen() {
    kubectl("delete", "serviceaccount", "goes-" + scenes, "--namespace=shop");
    create(account("comes-" + scenes));
    kubectl("delete", "ippool", "changes-" + scenes);
    create(pool("changes-" + scenes, "10.1%02d.0.0/16".formatted(scenes)));
  }

  private static List<String> differences() throws Exception {
    return Truth.differences(Truth.of(plane, Kind.watched()), agent.image());
  }

  private void awaitLog(String... parts) throws Exception {
    log.await(parts);
  }

  private void awaitBack() throws Exception {
    awaitLog("kube.api.back after=");
  }

  /** What is known stays, and is called stale. */
  private static void keepsWhatItKnows() throws Exception {
    assertThat(agent.sync().isSynced()).isTrue();
    assertThat(agent.sync().stale()).isNotEmpty();
    assertThat(agent.image().ipPools()).containsKey("changes-" + scenes);
    assertThat(differences()).isNotEmpty();
  }

  /** Short: {@link #historyIsForgottenWhileTheWatchesAreDown}, which kills it, too. */
  @Test
  @Tag("long")
  void killed() throws Exception {
    plane.apiServer().kill();
    // The proxy takes the connection and finds nobody behind it.
    awaitLog("kube.api.failing", "terminated the handshake", "kinds=nodes,namespaces,pods");
    assertThat(agent.sync().isSynced()).isTrue();
    assertThat(agent.image().ipPools()).containsKey("changes-" + scenes);
    plane.apiServer().start();
    plane.awaitReady();
    thingsHappen();
    awaitBack();
  }

  @Test
  void paused() throws Exception {
    pausedFor(Duration.ofSeconds(5));
  }

  @Test
  @Tag("long")
  void pausedForAMinute() throws Exception {
    pausedFor(Duration.ofMinutes(1));
  }

  private static void pausedFor(Duration pause) throws Exception {
    plane.apiServer().pause();
    try {
      Thread.sleep(pause);
    } finally {
      plane.apiServer().resume();
    }
    assertThat(agent.sync().isSynced()).isTrue();
    plane.awaitReady();
    thingsHappen();
  }

  @Test
  void tooMuchToDo() throws Exception {
    var pause = Duration.ofSeconds(4);
    long begin = System.nanoTime();
    proxy.set(Fault.Refusal.of(429).after(pause));
    thingsHappen();
    awaitLog("kube.api.failing", "?limit=1: 429 refused by the fault proxy");
    keepsWhatItKnows();
    Wait.until("a watch was asked for twice", () -> gaps(begin).findAny().isPresent());
    assertThat(gaps(begin)).allMatch(gap -> gap.compareTo(pause) >= 0);
    proxy.set(new Fault.None());
    awaitBack();
  }

  /** How long after a watch was refused it was asked for again, all kinds. */
  private static Stream<Duration> gaps(long begin) {
    var last = new HashMap<String, Long>();
    return proxy.requests().stream()
        .filter(asked -> asked.at() > begin && asked.line().contains("watch=true"))
        .flatMap(asked -> {
          Long before = last.put(asked.line().replaceFirst("\\?.*", ""), asked.at());
          return before == null ? Stream.empty() : Stream.of(Duration.ofNanos(asked.at() - before));
        });
  }

  @Test
  @Tag("long")
  void broken() throws Exception {
    proxy.set(Fault.Refusal.of(500));
    thingsHappen();
    awaitLog("kube.api.failing", "?limit=1: 500 refused by the fault proxy");
    keepsWhatItKnows();
    proxy.set(new Fault.None());
    awaitBack();
  }

  @Test
  void brokenNowAndThen() throws Exception {
    proxy.set(Fault.Refusal.of(500).oneOf(3));
    thingsHappen();
    Truth.await(plane, agent);
  }

  @Test
  void slow() throws Exception {
    proxy.set(new Fault.Slow(1024));
    thingsHappen();
    Truth.await(plane, agent);
  }

  /** All come back at once, each with some KiB of certificates. */
  @Test
  @Tag("long")
  void slowWhileTheWatchesComeBack() throws Exception {
    proxy.set(new Fault.Slow(1024));
    thingsHappen();
    proxy.cut();
    awaitLog("kube.api.failing");
    assertThat(agent.sync().isSynced()).isTrue();
    proxy.set(new Fault.None());
    awaitBack();
  }

  @Test
  void cutAgainAndAgain() throws Exception {
    for (int i = 0; i < 5; i++) {
      proxy.cut();
      Wait.until("the watches run", () -> Held.by(plane).watches().equals(before.watches()));
    }
    thingsHappen();
  }

  /** A machine without power, and another in its place that knows nothing of its connections. */
  @Test
  void serverVanishesWithoutAWord() throws Exception {
    proxy.set(new Fault.Silent());
    proxy.forget();
    thingsHappen();
    awaitLog("kube.api.silent");
    proxy.set(new Fault.None());
    Truth.await(plane, agent);
    proxy.cut();
  }

  @Test
  void historyIsForgottenWhileTheWatchesAreDown() throws Exception {
    proxy.set(Fault.Refusal.of(503));
    thingsHappen();
    plane.compact();
    // Its memory of the last events goes with it: the watches ask for what nobody has any more.
    plane.apiServer().kill();
    plane.apiServer().start();
    plane.awaitReady();
    proxy.set(new Fault.None());
  }

  @Test
  void historyIsForgottenUnderWatchesThatRun() throws Exception {
    thingsHappen();
    plane.compact();
    Truth.await(plane, agent);
    create(account("later-" + scenes));
    assertThat(log.lines()).noneMatch(line -> line.contains("kube.api.failing"));
  }

  @Test
  void definitionIsDeletedAndMadeAnew() throws Exception {
    Map<String, ?> filters = agent.image().bgpFilters();
    assertThat(filters).isNotEmpty();
    kubectl("delete", "crd", FILTERS);
    awaitLog("kube.crd.missing", "crd=" + FILTERS);
    assertThat(agent.image().bgpFilters()).isEmpty();
    assertThat(agent.sync().isSynced()).isTrue();
    assertThat(log.lines()).noneMatch(line -> line.contains("kube.api.failing"));
    restoreFilters();
    awaitLog("kube.crd.found", "crd=" + FILTERS);
    thingsHappen();
  }

  @Test
  @Tag("long")
  void definitionIsDeletedAndMadeAnewWhileTheWatchIsDown() throws Exception {
    proxy.set(Fault.Refusal.of(503));
    kubectl("delete", "crd", FILTERS);
    proxy.set(new Fault.None());
    awaitLog("kube.crd.missing", "crd=" + FILTERS);
    proxy.set(Fault.Refusal.of(503));
    restoreFilters();
    thingsHappen();
    proxy.set(new Fault.None());
    awaitLog("kube.crd.found", "crd=" + FILTERS);
  }

  /** The definition, with one object more than there were: none. */
  private static void restoreFilters() throws Exception {
    Path file = RealCluster.CHART.resolve("crds").toAbsolutePath();
    plane.kubectl().run("apply", "-f", file.toString()).orThrow();
    kubectl("wait", "--for=condition=Established", "crd", FILTERS, "--timeout=30s");
    Wait.until("it is served", () -> plane.kubectl().run("get", "bgpfilters").succeeded());
    create(
        """
        {apiVersion: crd.projectcalico.org/v1, kind: BGPFilter, metadata: {name: anew-%d}, spec: {}}
        """
            .formatted(scenes));
  }
}
