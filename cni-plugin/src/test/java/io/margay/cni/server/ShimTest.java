package io.margay.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import io.margay.cni.TestNetns;
import io.margay.cni.TestNode;
import io.margay.cni.protocol.Json;
import io.margay.cni.protocol.PodName;
import io.margay.cni.protocol.SpecVersion;
import io.margay.cni.verb.Endpoints.Recording;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real shim against the real server, in real namespaces. */
class ShimTest {
  private static final Pattern ADDRESS = Pattern.compile("\"address\": \"([^\"]+)\"");
  private static final Path PORTMAP = Path.of("/usr/lib/cni/portmap");
  private static final long SECONDS = 20;

  @TempDir private Path directory;
  private final LinkedBlockingQueue<Integer> queued = new LinkedBlockingQueue<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private volatile NodeState.Verdict verdict = new NodeState.Verdict.Good();
  private TestNode node;
  private TestNetns netns;
  private PodName pod;
  private Shim shim;
  private Path socket;
  private Path queue;

  @BeforeEach
  void make() throws IOException {
    netns = TestNetns.create();
    node = new TestNode();
    pod = node.pod();
    socket = directory.resolve("cni.sock");
    queue = directory.resolve("queue");
    shim =
        new Shim(
            directory,
            Map.of(
                "MARGAY_CNI_SOCKET", socket.toString(),
                "MARGAY_CNI_QUEUE", queue.toString(),
                "MARGAY_CNI_WAIT_MS", "200"));
  }

  @AfterEach
  void remove() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    netns.close();
    node.close();
  }

  @Test
  void addAndDelGoThroughTheSocket() throws IOException {
    serve();
    ProgramResult added = call("ADD");
    assertThat(added.exit()).as(added.describe()).isZero();
    assertThat(added.out()).contains("\"cniVersion\": \"0.3.1\"", "10.211.7.1/32");
    assertThat(netns.ip("-4 -o addr show dev eth0")).contains("10.211.7.1/32");

    assertThat(call("DEL").exit()).isZero();
    ProgramResult again = call("DEL");
    assertThat(again.exit()).isZero();
    assertThat(again.out()).isEmpty();
    assertThat(netns.ip("-o link")).doesNotContain("eth0");
  }

  @Test
  void nextPluginOfTheChainTakesTheResult() throws IOException {
    assumeTrue(Files.exists(PORTMAP), PORTMAP + " is missing: package containernetworking-plugins");
    String spoken = portmap("VERSION", "{\"cniVersion\": \"1.0.0\"}").out();
    serve();
    for (SpecVersion version : SpecVersion.values()) {
      if (!spoken.contains(version.text())) {
        continue;
      }
      String netconf = TestNode.NETCONF.replace("0.3.1", version.text());
      String previous = shim.run("calico", environment("ADD"), netconf).out();
      String next =
          "{\"cniVersion\": \"%s\", \"name\": \"k\", \"type\": \"portmap\", \"snat\": true,"
                  .formatted(version.text())
              + " \"prevResult\": "
              + previous
              + "}";
      ProgramResult chained = portmap("ADD", next);
      assertThat(chained.exit()).as(chained.describe()).isZero();
      assertThat(chained.out()).contains("/32");
      assertThat(call("DEL").exit()).isZero();
    }
  }

  @Test
  void onlyRootMayUseTheSocket() throws IOException {
    serve();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-------");
  }

  @Test
  void versionIsAnsweredWithoutAnAgent() {
    ProgramResult result = shim.run("calico", Map.of("CNI_COMMAND", "VERSION"), "");
    var document = (Json.Parsed.Document) Json.parse(result.out());
    assertThat(document.value())
        .isEqualTo(
            Map.of(
                "cniVersion", SpecVersion.NEWEST.text(),
                "supportedVersions", SpecVersion.texts()));
  }

  @Test
  void badCallsAreAnsweredWithTheSpecificationsErrors() throws IOException {
    serve();
    assertError(shim.run("calico", Map.of(), ""), 4, "[CNI_COMMAND] missing");
    assertError(
        shim.run("calico", environment("PLUG"), TestNode.NETCONF), 4, "unknown CNI_COMMAND");
    var incomplete = environment("ADD");
    incomplete.remove("CNI_NETNS");
    assertError(shim.run("calico", incomplete, TestNode.NETCONF), 4, "[CNI_NETNS] missing");
    assertError(shim.run("calico", environment("ADD"), "{\"name\""), 6, "no network configuration");
    String future = TestNode.NETCONF.replace("0.3.1", "9.0.0");
    assertError(shim.run("calico", environment("ADD"), future), 1, "unsupported CNI version");
    String endless = TestNode.NETCONF.replace("k8s-pod", "x".repeat(1 << 20));
    assertError(shim.run("calico", environment("ADD"), endless), 5, "longer than 1048576 bytes");
    assertThat(call("ADD").exit()).as("the server goes on").isZero();
  }

  @Test
  void withoutAnAgentTheRuntimeIsToldToTryAgain() {
    assertError(call("ADD"), 11, "the Margay agent is not running");
    assertThat(call("ADD").out()).contains(socket.toString(), "kubectl -n kube-system get pods");
    assertError(call("GC"), 11, "the Margay agent is not running");
    assertError(call("STATUS"), 50, "the Margay agent is not running");
  }

  @Test
  void addWaitsForAnAgentThatStarts() throws Exception {
    var patient = environment("ADD");
    patient.put("MARGAY_CNI_WAIT_MS", "20000");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<ProgramResult> result =
          threads.submit(() -> shim.run("calico", patient, TestNode.NETCONF));
      CniServer server = listen(Duration.ofSeconds(SECONDS));
      server.serve(node.verbs);
      assertThat(result.get(SECONDS, TimeUnit.SECONDS).exit()).isZero();
    }
  }

  @Test
  void requestsBeforeTheAgentServesSayWhatItWaitsFor() throws IOException {
    listen(Duration.ofMillis(50));
    assertError(call("ADD"), 11, "the Margay agent is starting");
    assertThat(call("ADD").out()).contains("waits for the test");
    String newest = TestNode.NETCONF.replace("0.3.1", "1.1.0");
    assertError(shim.run("calico", environment("STATUS"), newest), 50, "starting");
  }

  @Test
  void delWithoutAnAgentIsKeptAndDoneAtItsStart() throws Exception {
    node.call("ADD", "c1", netns, pod);
    assertThat(call("DEL").exit()).isZero();
    Path file = queue.resolve("calico@c1@eth0");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(call("DEL").exit()).as("a repeated one takes its place").isZero();

    serve();
    assertQueueIsWorkedOff();
    assertThat(node.addresses.all()).isEmpty();
    assertThat(netns.ip("-o link")).doesNotContain("eth0");
  }

  @Test
  void delBeforeTheAgentServesIsKeptByTheServer() throws Exception {
    node.call("ADD", "c1", netns, pod);
    CniServer server = listen(Duration.ofMillis(50));
    assertThat(call("DEL").exit()).isZero();
    assertThat(queue.resolve("calico@c1@eth0")).exists();
    assertThat(node.addresses.all()).isNotEmpty();

    server.serve(node.verbs);
    assertQueueIsWorkedOff();
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void delWithoutTheApiServerIsKeptAndDoneWhenItAnswers() throws Exception {
    serve();
    call("ADD");
    node.endpoints.clearing = Optional.of(new Recording.Failed("connection refused"));
    assertThat(call("DEL").exit()).isZero();
    assertThat(queue.resolve("calico@c1@eth0")).exists();
    assertThat(node.addresses.all()).isNotEmpty();
    node.endpoints.clearing = Optional.empty();
    while (Files.exists(queue.resolve("calico@c1@eth0"))) {
      assertThat(queued.poll(SECONDS, TimeUnit.SECONDS)).as("the queue is looked at").isNotNull();
    }
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void rubbishInTheQueueIsDroppedAndTheRestDone() throws Exception {
    node.call("ADD", "c1", netns, pod);
    call("DEL");
    Files.writeString(queue.resolve("a"), "rubbish");
    Files.writeString(queue.resolve("b"), "calico\0CNI_COMMAND=DEL\0\0{}");
    serve();
    assertQueueIsWorkedOff();
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void agentThatDiesUnderACallIsOneThatIsNotThere() throws Exception {
    try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      // Three connections: the ADD, the DEL, and the DEL's second look.
      Future<Boolean> peers =
          threads.submit(() -> {
            for (int i = 0; i < 3; i++) {
              listener.accept().close();
            }
            return true;
          });
      assertError(call("ADD"), 11, "the Margay agent did not answer");
      assertThat(call("DEL").exit()).isZero();
      assertThat(queue.resolve("calico@c1@eth0")).exists();
      assertThat(peers.get(SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Loses its call to an agent that dies; another one listens before the shim can look again. */
  private ProgramResult delBetweenTwoAgents(Callable<?> next) throws Exception {
    try (var dying = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      dying.bind(UnixDomainSocketAddress.of(socket));
      Future<ProgramResult> result = threads.submit(() -> call("DEL"));
      try (SocketChannel _ = dying.accept()) {
        next.call();
      }
      return result.get(SECONDS, TimeUnit.SECONDS);
    }
  }

  // Both write the same file: who takes it away must know that the DEL is done.
  @Test
  void delThatAnAgentKeepsAsWellAsTheShimIsDone() throws Exception {
    node.call("ADD", "c1", netns, pod);
    var servers = new ArrayList<CniServer>();
    assertThat(delBetweenTwoAgents(() -> servers.add(listen(Duration.ofMillis(50)))).exit())
        .isZero();
    assertThat(queue.resolve("calico@c1@eth0")).exists();
    servers.getFirst().serve(node.verbs);
    assertQueueIsWorkedOff();
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void delThatTheSecondLookCarriesOutLeavesNoFile() throws Exception {
    node.call("ADD", "c1", netns, pod);
    ProgramResult deleted =
        delBetweenTwoAgents(() -> {
          serve();
          return queued.poll(SECONDS, TimeUnit.SECONDS);
        });
    assertThat(deleted.exit()).isZero();
    assertThat(node.addresses.all()).isEmpty();
    while (Files.exists(queue.resolve("calico@c1@eth0"))) {
      assertThat(queued.poll(SECONDS, TimeUnit.SECONDS)).as("the queue is looked at").isNotNull();
    }
  }

  @Test
  void unwritableQueueFailsTheDel() throws IOException {
    Files.writeString(queue, "a file where the directory should be");
    assertError(call("DEL"), 5, queue.toString());
  }

  @Test
  void killedShimLeavesNothingBehindItsDel() throws Exception {
    serve();
    var reached = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    node.endpoints.atPolicy =
        () -> {
          reached.countDown();
          await(go);
        };
    Child child = shim.start("calico", environment("ADD"));
    child.stdin().write(TestNode.NETCONF.getBytes(StandardCharsets.UTF_8));
    child.stdin().close();
    await(reached);
    child.kill();
    assertThat(child.awaitEnd(Duration.ofSeconds(SECONDS))).isTrue();
    go.countDown();
    // The runtime's DEL waits for the ADD, which ends undone, or done if it was too far already.
    assertThat(call("DEL").exit()).isZero();
    assertThat(node.addresses.all()).isEmpty();
    assertThat(netns.ip("-o link")).doesNotContain("eth0");
  }

  @Test
  void socketOfTheConfigurationIsUsed() throws IOException {
    serve();
    String netconf =
        TestNode.NETCONF.replaceFirst("\\{", "{\"margay_socket\" : \"" + socket + "\", ");
    var environment = environment("ADD");
    environment.put("MARGAY_CNI_SOCKET", "");
    assertThat(shim.run("calico", environment, netconf).exit()).isZero();
  }

  @Test
  void fiftyPodsAtOnceGetFiftyAddresses() throws Exception {
    serve();
    node.endpoints.routesToo = false;
    var addresses = new HashSet<String>();
    var namespaces = new ArrayList<TestNetns>();
    for (int i = 0; i < 50; i++) {
      TestNetns each = TestNetns.create();
      namespaces.add(each);
      open.add(each);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var results = new ArrayList<Future<ProgramResult>>();
      for (int i = 0; i < 50; i++) {
        var environment = TestNode.environment("ADD", "m" + i, namespaces.get(i), node.pod());
        environment.put("MARGAY_CNI_WAIT_MS", "20000");
        results.add(threads.submit(() -> shim.run("calico", environment, TestNode.NETCONF)));
      }
      for (Future<ProgramResult> result : results) {
        ProgramResult added = result.get(2 * SECONDS, TimeUnit.SECONDS);
        assertThat(added.exit()).as(added.describe()).isZero();
        var matcher = ADDRESS.matcher(added.out());
        assertThat(matcher.find()).isTrue();
        addresses.add(matcher.group(1));
      }
    }
    assertThat(addresses).hasSize(50);
  }

  @Test
  void birdProbesAskTheAgentAndSayCalicosTexts() throws IOException {
    assertThat(shim.node(Map.of(), "-bird-live").out())
        .startsWith("calico/node is not ready: bird/confd is not live: " + socket);
    listen(Duration.ZERO);
    assertThat(shim.node(Map.of(), "-bird-live", "--bird-ready").exit()).isZero();
    assertThat(shim.node(Map.of(), "-shutdown").exit()).isZero();

    verdict = new NodeState.Verdict.Bad("BGP not established with 10.0.0.1,10.0.0.2");
    ProgramResult bad = shim.node(Map.of(), "-bird-ready");
    assertThat(bad.exit()).isOne();
    assertThat(bad.out())
        .isEqualTo(
            "calico/node is not ready: BIRD is not ready: BGP not established with"
                + " 10.0.0.1,10.0.0.2\n");
  }

  @Test
  void felixProbesAskItsHealthPort() throws IOException {
    HttpServer health =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    health.createContext("/liveness", exchange -> exchange.sendResponseHeaders(204, -1));
    health.createContext("/readiness", exchange -> exchange.sendResponseHeaders(503, -1));
    health.start();
    open.add(() -> health.stop(0));
    var environment = Map.of("FELIX_HEALTHPORT", String.valueOf(health.getAddress().getPort()));

    assertThat(shim.node(environment, "-felix-live").exit()).isZero();
    ProgramResult bad = shim.node(environment, "-felix-live", "-felix-ready");
    assertThat(bad.exit()).isOne();
    assertThat(bad.out())
        .isEqualTo("calico/node is not ready: felix is not ready: readiness probe reporting 503\n");
    health.stop(0);
    assertThat(shim.node(environment, "-felix-ready").out())
        .contains("felix is not ready: Get \"http://localhost:", "refused");
  }

  @Test
  void standInHasItsNameAndEndsWithItsInput() throws Exception {
    Child standIn = shim.start("calico", Map.of(), "-stand-in", "bird6");
    Path process = Path.of("/proc/" + standIn.pid());
    while (!Files.readString(process.resolve("cmdline")).equals("bird6\0")
        || !Files.readString(process.resolve("comm")).equals("bird6\n")) {
      assertThat(standIn.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    standIn.stdin().close();
    assertThat(standIn.exit().get(60, TimeUnit.SECONDS)).isZero();

    Child nobody = shim.start("calico", Map.of(), "-stand-in", "confd");
    assertThat(nobody.exit().get(60, TimeUnit.SECONDS)).isEqualTo(2);
    assertThat(new String(nobody.stderr().readAllBytes(), StandardCharsets.UTF_8))
        .contains("no stand-in is called confd; known are calico-felix bird bird6");
  }

  @Test
  void flagsThatAreNotServedAreNamed() {
    assertThat(shim.node(Map.of(), "-v").out()).matches("[0-9.]+\n");
    ProgramResult unknown = shim.node(Map.of(), "-confd");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("-confd is not served here", "-felix-live");
  }

  private CniServer listen(Duration gateLimit) throws IOException {
    var state =
        new NodeState() {
          @Override
          public Verdict ask(Question question) {
            return verdict;
          }

          @Override
          public String startingUp() {
            return "the test";
          }
        };
    CniServer server =
        CniServer.open(new ServerSettings(socket, queue, gateLimit), state, queued::add);
    open.addFirst(server);
    return server;
  }

  private void serve() throws IOException {
    listen(Duration.ofSeconds(SECONDS)).serve(node.verbs);
  }

  private ProgramResult call(String command) {
    return shim.run("calico", environment(command), TestNode.NETCONF);
  }

  private ProgramResult portmap(String command, String input) {
    return Program.of(PORTMAP.toString())
        .with(environment(command))
        .run(Optional.of(input), Duration.ofSeconds(SECONDS));
  }

  private Map<String, String> environment(String command) {
    return new HashMap<>(TestNode.environment(command, "c1", netns, pod));
  }

  // The last thing that is told of a queue is that it is empty.
  private void assertQueueIsWorkedOff() throws InterruptedException, IOException {
    Optional<Integer> left;
    do {
      left = Optional.ofNullable(queued.poll(SECONDS, TimeUnit.SECONDS));
      assertThat(left).as("the queue is not worked off").isPresent();
    } while (left.get() > 0);
    try (var files = Files.list(queue)) {
      assertThat(files).isEmpty();
    }
  }

  private static void assertError(ProgramResult result, int code, String text) {
    assertThat(result.exit()).as(result.describe()).isOne();
    assertThat(Json.parse(result.out()))
        .isInstanceOfSatisfying(
            Json.Parsed.Document.class,
            document -> assertThat(((Map<?, ?>) document.value()).get("code")).isEqualTo(code));
    assertThat(result.out()).contains(text);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
