package io.margay.lab.api;

import java.util.List;
import java.util.Optional;

/** A kind that the lab's server keeps, with the way to its objects. */
public record ResourceKind(String apiVersion, String kind, String plural, boolean namespaced) {
  private static final String CALICO = "crd.projectcalico.org/v1";

  public static final ResourceKind NODE = new ResourceKind("v1", "Node", "nodes", false);
  public static final ResourceKind NAMESPACE =
      new ResourceKind("v1", "Namespace", "namespaces", false);
  public static final ResourceKind POD = new ResourceKind("v1", "Pod", "pods", true);
  public static final ResourceKind SERVICE = new ResourceKind("v1", "Service", "services", true);
  public static final ResourceKind SERVICE_ACCOUNT =
      new ResourceKind("v1", "ServiceAccount", "serviceaccounts", true);
  public static final ResourceKind SECRET = new ResourceKind("v1", "Secret", "secrets", true);
  public static final ResourceKind DEPLOYMENT =
      new ResourceKind("apps/v1", "Deployment", "deployments", true);
  public static final ResourceKind NETWORK_POLICY =
      new ResourceKind("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", true);
  public static final ResourceKind IP_POOL = calico("IPPool", "ippools");
  public static final ResourceKind IPAM_BLOCK = calico("IPAMBlock", "ipamblocks");
  public static final ResourceKind BLOCK_AFFINITY = calico("BlockAffinity", "blockaffinities");
  public static final ResourceKind IPAM_HANDLE = calico("IPAMHandle", "ipamhandles");

  private static final List<ResourceKind> ALL =
      List.of(
          NODE,
          NAMESPACE,
          POD,
          SERVICE,
          SERVICE_ACCOUNT,
          SECRET,
          DEPLOYMENT,
          NETWORK_POLICY,
          IP_POOL,
          IPAM_BLOCK,
          BLOCK_AFFINITY,
          IPAM_HANDLE,
          calico("IPAMConfig", "ipamconfigs"),
          calico("IPReservation", "ipreservations"),
          calico("BGPConfiguration", "bgpconfigurations"),
          calico("BGPPeer", "bgppeers"),
          calico("BGPFilter", "bgpfilters"),
          calico("CalicoNodeStatus", "caliconodestatuses"),
          calico("FelixConfiguration", "felixconfigurations"),
          calico("ClusterInformation", "clusterinformations"));

  private static ResourceKind calico(String kind, String plural) {
    return new ResourceKind(CALICO, kind, plural, false);
  }

  /** The kind of this name; its API version is not looked at. */
  public static Optional<ResourceKind> named(String kind) {
    return ALL.stream().filter(known -> known.kind().equals(kind)).findFirst();
  }

  /** The path of its objects, of one namespace where it is namespaced. */
  public String collection(String namespace) {
    String root = apiVersion.contains("/") ? "/apis/" : "/api/";
    String middle = namespaced ? "/namespaces/" + namespace : "";
    return root + apiVersion + middle + "/" + plural;
  }

  /** The path of its objects in all namespaces. */
  public String everywhere() {
    return (apiVersion.contains("/") ? "/apis/" : "/api/") + apiVersion + "/" + plural;
  }
}
