package io.margay.cluster;

import io.margay.cluster.Authority.Issued;
import io.margay.cluster.Authority.Subject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The keys, certificates and kubeconfig files of a cluster, written when they are made. */
final class Credentials {
  private static final Duration LIFE = Duration.ofDays(7);

  private final Site site;
  private final Layout layout;
  private final Authority authority = new Authority(LIFE);
  private final Kubeconfig kubeconfig;
  private final Path admin;

  Credentials(Site site, Layout layout) throws IOException {
    this.site = site;
    this.layout = layout;
    Folders.writePrivate(layout.pki("ca.crt"), authority.certificate());
    renewServer(LIFE);
    KeyPair accounts = Authority.newKeys();
    Folders.writePrivate(layout.pki("accounts.key"), Authority.privateKey(accounts));
    Folders.writePrivate(layout.pki("accounts.pub"), Authority.publicKey(accounts));
    kubeconfig = new Kubeconfig(server(site), authority.certificate());
    admin =
        Folders.writePrivate(
            layout.kubeconfig("admin"),
            kubeconfig.withCertificate(
                authority.issue(Subject.user("admin", "system:masters"), LIFE)));
    Folders.writePrivate(
        layout.kubeconfig(Tool.CONTROLLER_MANAGER.program()),
        kubeconfig.withCertificate(
            authority.issue(Subject.user("system:kube-controller-manager"), LIFE)));
  }

  /**
   * Gives the API server another certificate, which it finds by itself while it runs.
   *
   * @param life negative for one that is over
   */
  void renewServer(Duration life) throws IOException {
    var hosts = new ArrayList<>(List.of(site.address(), Commands.SERVICE_ADDRESS));
    hosts.addAll(List.of("localhost", "kubernetes", "kubernetes.default.svc"));
    hosts.addAll(site.names());
    Issued server = authority.issue(Subject.server("kube-apiserver", hosts), life);
    Folders.writePrivate(layout.pki("server.crt"), server.certificate());
    Folders.writePrivate(layout.pki("server.key"), server.key());
  }

  private static URI server(Site site) {
    String host = site.address().indexOf(':') >= 0 ? "[" + site.address() + "]" : site.address();
    return URI.create("https://" + host + ":" + site.port());
  }

  Kubeconfig kubeconfig() {
    return kubeconfig;
  }

  /** The kubeconfig file of somebody who may do everything. */
  Path admin() {
    return admin;
  }
}
