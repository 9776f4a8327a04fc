package io.margay.cluster;

import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A control plane that runs: etcd in memory, kube-apiserver with TLS, RBAC and an audit log, and
 * kube-controller-manager; with Calico's CRDs and the accounts of our chart. It ends with the
 * process that started it, whatever ends that.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Duration STARTS = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final Layout layout;
  private final Shelter shelter;
  private final Path kubectlProgram;
  private final Credentials credentials;
  private final Component etcd;
  private final Component apiServer;
  private final Component controllerManager;
  private final AtomicInteger accounts = new AtomicInteger();

  private ControlPlane(Site site, Programs programs, Layout layout) throws IOException {
    this.layout = layout;
    this.kubectlProgram = programs.path(Tool.KUBECTL);
    this.credentials = new Credentials(site, layout);
    this.shelter = Shelter.open(layout.directory(), site.netns());
    var commands = new Commands(site, programs, layout);
    this.etcd = component(Tool.ETCD, commands);
    this.apiServer = component(Tool.API_SERVER, commands);
    this.controllerManager = component(Tool.CONTROLLER_MANAGER, commands);
  }

  private Component component(Tool tool, Commands commands) {
    return new Component(
        tool.program(),
        shelter.entering(layout.directory(), commands.of(tool)),
        layout.log(tool.program()));
  }

  /**
   * Starts one and waits until it can be used.
   *
   * @throws IllegalStateException when it does not start; with the last words of what failed
   */
  public static ControlPlane start(Site site, Programs programs) throws InterruptedException {
    ControlPlane plane;
    try {
      Folders.remove(site.directory());
      plane = new ControlPlane(site, programs, Layout.create(site.directory()));
    } catch (IOException e) {
      throw new UncheckedIOException(site.directory() + " cannot be furnished", e);
    }
    try {
      plane.begin(new Chart(site.chart()), programs.kubernetes());
      return plane;
    } catch (InterruptedException | RuntimeException e) {
      plane.close();
      throw e;
    }
  }

  private void begin(Chart chart, String kubernetes) throws InterruptedException {
    etcd.start();
    apiServer.start();
    // Rendered while the server starts.
    String accountsList = chart.accounts(kubernetes.substring(1));
    awaitReady();
    controllerManager.start();
    await("namespace " + Chart.NAMESPACE, "/api/v1/namespaces/" + Chart.NAMESPACE);
    Kubectl kubectl = kubectl();
    kubectl.feed(accountsList, "create", "-f", chart.crds().toString(), "-f", "-").orThrow();
    kubectl.run("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s").orThrow();
    // Established is not served: for a moment the answer is 429, after which kubectl asks again.
    String kinds =
        kubectl
            .run("get", "crd", "-o", "jsonpath={range .items[*]}{.metadata.name},{end}")
            .orThrow()
            .out();
    kubectl.run("get", kinds.substring(0, kinds.length() - 1), "--all-namespaces").orThrow();
  }

  /** Waits until the API server is ready: after it was started, killed or paused. */
  public void awaitReady() throws InterruptedException {
    await("kube-apiserver", "/readyz");
  }

  private void await(String what, String path) throws InterruptedException {
    long deadline = System.nanoTime() + STARTS.toNanos();
    ProgramResult last;
    do {
      last = kubectl().run("get", "--raw", path);
      if (last.succeeded()) {
        return;
      }
      if (!etcd.isAlive() || !apiServer.isAlive()) {
        Component ended = etcd.isAlive() ? apiServer : etcd;
        throw new IllegalStateException(ended + " ended: " + ended.lastWords());
      }
      Thread.sleep(LOOK);
    } while (System.nanoTime() < deadline);
    throw new IllegalStateException(
        "%s is not there after %d s: %s; kube-apiserver said: %s"
            .formatted(what, STARTS.toSeconds(), last.describe(), apiServer.lastWords()));
  }

  /** Where it is asked, such as https://127.3.2.1:6443. */
  public URI server() {
    return credentials.kubeconfig().server();
  }

  /** A kubeconfig file of somebody who may do everything. */
  public Path admin() {
    return credentials.admin();
  }

  /**
   * A kubeconfig file with a new token of a service account.
   *
   * @param life ten minutes at least, says the server
   */
  public Path kubeconfigOf(String namespace, String account, Duration life) {
    String token =
        kubectl()
            .run(
                "create",
                "token",
                account,
                "--namespace=" + namespace,
                "--duration=" + life.toSeconds() + "s")
            .orThrow()
            .out()
            .strip();
    Path file = layout.kubeconfig(account + "-" + accounts.incrementAndGet());
    try {
      return Folders.writePrivate(file, credentials.kubeconfig().withToken(token));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }

  /** The account that the agents run under. */
  public Path kubeconfigOfAgent() {
    return kubeconfigOf(Chart.NAMESPACE, "calico-node", Duration.ofHours(1));
  }

  /** kubectl of somebody who may do everything. */
  public Kubectl kubectl() {
    return kubectl(credentials.admin());
  }

  /** kubectl of whom a kubeconfig file is about. */
  public Kubectl kubectl(Path of) {
    return new Kubectl(shelter, kubectlProgram, layout.directory(), of);
  }

  /** The folder of the server's certificate (server.crt, server.key) and its authority's. */
  public Path pki() {
    return layout.pki(".").normalize();
  }

  /**
   * Gives the API server another certificate, which it finds by itself within a minute.
   *
   * @param life negative for one that is over
   */
  public void renewServerCertificate(Duration life) {
    try {
      credentials.renewServer(life);
    } catch (IOException e) {
      throw new UncheckedIOException("no certificate for kube-apiserver", e);
    }
  }

  /** Lets etcd forget all old versions: who watches from one of them has to begin anew. */
  public void compact() {
    try {
      new EtcdGateway(layout.directory().resolve(Commands.ETCD_SOCKET)).compact();
    } catch (IOException e) {
      throw new UncheckedIOException("etcd cannot be compacted", e);
    }
  }

  public AuditLog audit() {
    return new AuditLog(layout.audit());
  }

  public Component etcd() {
    return etcd;
  }

  public Component apiServer() {
    return apiServer;
  }

  public Component controllerManager() {
    return controllerManager;
  }

  @Override
  public void close() {
    shelter.close();
  }
}
