package io.margay.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** The command lines of the control plane's programs; they run in the control plane's folder. */
final class Commands {
  /** The first address of the services' range, which is the API server's own. */
  static final String SERVICE_ADDRESS = "10.96.0.1";

  private static final String SERVICES = "10.96.0.0/16";
  private static final String PODS = "10.244.0.0/16";

  /** etcd wants a port even where a socket is a file: these are files of the folder. */
  static final String ETCD_SOCKET = "etcd-client:1";

  private static final String ETCD_CLIENTS = "unix://" + ETCD_SOCKET;

  private static final String ETCD_PEERS = "unix://etcd-peer:1";

  private static final List<String> CONTROLLERS =
      List.of(
          "namespace-controller",
          "serviceaccount-controller",
          "serviceaccount-token-controller",
          "garbage-collector-controller",
          "endpointslice-controller",
          "node-ipam-controller");

  /** Who asked what, and whether it was allowed; a watch when it begins and when it ends. */
  private static final String AUDIT_POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules: [{level: Metadata}]
      """;

  private final Site site;
  private final Programs programs;
  private final Layout layout;

  Commands(Site site, Programs programs, Layout layout) throws IOException {
    this.site = site;
    this.programs = programs;
    this.layout = layout;
    Files.writeString(layout.auditPolicy(), AUDIT_POLICY);
  }

  List<String> of(Tool tool) {
    return switch (tool) {
      case ETCD -> etcd();
      case API_SERVER -> apiServer();
      case CONTROLLER_MANAGER -> controllerManager();
      case KUBECTL -> throw new IllegalArgumentException("kubectl serves nobody");
    };
  }

  private String program(Tool tool) {
    return programs.path(tool).toString();
  }

  private List<String> etcd() {
    return List.of(
        program(Tool.ETCD),
        "--name=tests",
        "--data-dir=" + layout.etcdData(),
        "--listen-client-urls=" + ETCD_CLIENTS,
        "--advertise-client-urls=" + ETCD_CLIENTS,
        "--listen-peer-urls=" + ETCD_PEERS,
        "--initial-advertise-peer-urls=" + ETCD_PEERS,
        "--initial-cluster=tests=" + ETCD_PEERS,
        "--unsafe-no-fsync",
        "--log-level=warn");
  }

  private List<String> apiServer() {
    return List.of(
        program(Tool.API_SERVER),
        "--etcd-servers=" + ETCD_CLIENTS,
        "--bind-address=" + site.address(),
        "--advertise-address=" + site.address(),
        "--secure-port=" + site.port(),
        // A service "kubernetes" that points to loopback is of no use, and is refused.
        "--endpoint-reconciler-type=none",
        "--tls-cert-file=" + layout.pki("server.crt"),
        "--tls-private-key-file=" + layout.pki("server.key"),
        "--client-ca-file=" + layout.pki("ca.crt"),
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=" + SERVICES,
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + layout.pki("accounts.pub"),
        "--service-account-signing-key-file=" + layout.pki("accounts.key"),
        // A token ends when it says so, not a year later.
        "--service-account-extend-token-expiration=false",
        "--audit-policy-file=" + layout.auditPolicy(),
        "--audit-log-path=" + layout.audit(),
        "--profiling=false");
  }

  private List<String> controllerManager() {
    return List.of(
        program(Tool.CONTROLLER_MANAGER),
        "--kubeconfig=" + layout.kubeconfig(Tool.CONTROLLER_MANAGER.program()),
        "--controllers=" + String.join(",", CONTROLLERS),
        "--leader-elect=false",
        "--use-service-account-credentials",
        "--service-account-private-key-file=" + layout.pki("accounts.key"),
        "--root-ca-file=" + layout.pki("ca.crt"),
        "--allocate-node-cidrs",
        "--cluster-cidr=" + PODS,
        "--service-cluster-ip-range=" + SERVICES,
        "--profiling=false",
        "--secure-port=0");
  }
}
