package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cluster.ControlPlane;
import io.margay.cluster.fault.FaultProxy;
import io.margay.kube.types.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What agent and server know each other by ends while they run, and is renewed. Each test has an
 * agent of its own.
 */
class CredentialsTest {
  private static final Duration LEAST = Duration.ofMinutes(10);

  @TempDir static Path folder;
  private static ControlPlane plane;
  private static FaultProxy proxy;

  @TempDir Path own;
  private Agent agent;
  private Path kubeconfig;
  private final LogTap log = LogTap.open();

  @BeforeAll
  static void start() throws Exception {
    plane = RealCluster.start(folder);
    proxy = FaultProxy.start(plane.pki(), plane.server(), 0);
  }

  @AfterAll
  static void end() throws Exception {
    if (proxy != null) {
      proxy.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  @BeforeEach
  void name() {
    kubeconfig = own.resolve("kubeconfig");
  }

  @AfterEach
  void endAgent() {
    log.close();
    if (agent != null) {
      agent.close();
    }
  }

  /** Puts a token into the agent's file, in one step, as kubelet does. */
  private void giveToken(Path from) throws Exception {
    Path next = RealCluster.redirected(from, proxy, plane, own.resolve("next"));
    Files.move(next, kubeconfig, StandardCopyOption.ATOMIC_MOVE);
  }

  private void startAgent() throws Exception {
    agent = new Agent(kubeconfig, own).synced();
    Truth.await(plane, agent);
    log.forget();
  }

  /** Watches that run are not asked again who they are: they have to come back. */
  private void watchesComeBack() throws Exception {
    // The server keeps for some seconds which tokens were good.
    Wait.until(
        "the token is refused",
        () -> plane.kubectl(kubeconfig).run("get", "nodes").err().contains("Unauthorized"));
    proxy.cut();
    log.await("kube.api.failing", "401 Unauthorized");
    assertThat(agent.sync().isSynced()).as("what it knows stays").isTrue();
    somethingHappens();
  }

  private static void somethingHappens() {
    plane.kubectl().run("create", "namespace", "comes-" + System.nanoTime()).orThrow();
  }

  @Test
  void tokenThatIsNoLongerGoodIsReplacedByTheOneInTheFile() throws Exception {
    giveToken(plane.kubeconfigOfAgent());
    startAgent();
    // The account is another one now: no token of the old one is good.
    plane
        .kubectl()
        .run("delete", "serviceaccount", "calico-node", "--namespace=kube-system")
        .orThrow();
    plane
        .kubectl()
        .run("create", "serviceaccount", "calico-node", "--namespace=kube-system")
        .orThrow();
    watchesComeBack();
    giveToken(plane.kubeconfigOfAgent());
    log.await("kube.api.back");
    Truth.await(plane, agent);
    agent.api().ask(Kind.POD);
  }

  /** The server gives no token for less than ten minutes. */
  @Test
  @Tag("long")
  void expiredTokenIsReplacedByTheOneInTheFile() throws Exception {
    giveToken(plane.kubeconfigOf("kube-system", "calico-node", LEAST));
    startAgent();
    Thread.sleep(LEAST.plusSeconds(30));
    watchesComeBack();
    giveToken(plane.kubeconfigOfAgent());
    log.await("kube.api.back");
    Truth.await(plane, agent);
  }

  @Test
  void tokenThatIsRenewedInTimeIsUsedWithoutAWord() throws Exception {
    giveToken(plane.kubeconfigOf("kube-system", "calico-node", LEAST));
    startAgent();
    giveToken(plane.kubeconfigOfAgent());
    proxy.cut();
    somethingHappens();
    Truth.await(plane, agent);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void serverWhoseCertificateHasExpiredIsNotSpokenTo() throws Exception {
    giveToken(plane.kubeconfigOfAgent());
    startAgent();
    plane.renewServerCertificate(Duration.ofSeconds(-1));
    // Started anew: in a TLS session that goes on nobody looks at certificates again.
    plane.apiServer().kill();
    plane.apiServer().start();
    log.await("kube.api.failing", "the server's certificate is no longer valid, NotAfter:");
    assertThat(agent.sync().isSynced()).as("what it knows stays").isTrue();
    plane.renewServerCertificate(Duration.ofDays(1));
    plane.awaitReady();
    somethingHappens();
    log.await("kube.api.back");
    Truth.await(plane, agent);
  }
}
