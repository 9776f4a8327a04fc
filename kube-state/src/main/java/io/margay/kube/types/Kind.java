package io.margay.kube.types;

import java.util.EnumSet;
import java.util.Set;

/** The kinds of objects that the node reads or writes, and where the API server keeps them. */
public enum Kind {
  NODE("", "v1", "Node", "nodes", Scope.CLUSTER, Use.WATCHED),
  NAMESPACE("", "v1", "Namespace", "namespaces", Scope.CLUSTER, Use.WATCHED),
  POD("", "v1", "Pod", "pods", Scope.NAMESPACED, Use.WATCHED),
  SERVICE_ACCOUNT("", "v1", "ServiceAccount", "serviceaccounts", Scope.NAMESPACED, Use.WATCHED),
  SECRET("", "v1", "Secret", "secrets", Scope.NAMESPACED, Use.READ_SINGLY),
  NETWORK_POLICY(
      "networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", Scope.NAMESPACED, Use.WATCHED),
  LEASE("coordination.k8s.io", "v1", "Lease", "leases", Scope.NAMESPACED, Use.READ_SINGLY),
  IP_POOL("IPPool", "ippools", Use.WATCHED),
  IPAM_BLOCK("IPAMBlock", "ipamblocks", Use.WATCHED),
  BLOCK_AFFINITY("BlockAffinity", "blockaffinities", Use.WATCHED),
  IPAM_HANDLE("IPAMHandle", "ipamhandles", Use.READ_SINGLY),
  IPAM_CONFIG("IPAMConfig", "ipamconfigs", Use.READ_SINGLY),
  IP_RESERVATION("IPReservation", "ipreservations", Use.READ_SINGLY),
  BGP_CONFIGURATION("BGPConfiguration", "bgpconfigurations", Use.WATCHED),
  BGP_PEER("BGPPeer", "bgppeers", Use.WATCHED),
  // Calico 3.25 brought it: a cluster that runs an older one has no such CRD.
  BGP_FILTER("BGPFilter", "bgpfilters", Use.WATCHED_IF_SERVED),
  CLUSTER_INFORMATION("ClusterInformation", "clusterinformations", Use.WATCHED),
  FELIX_CONFIGURATION("FelixConfiguration", "felixconfigurations", Use.WATCHED),
  CALICO_NODE_STATUS("CalicoNodeStatus", "caliconodestatuses", Use.READ_SINGLY);

  /** The group of Calico's stored objects. */
  public static final String CALICO_GROUP = "crd.projectcalico.org";

  private enum Scope {
    CLUSTER,
    NAMESPACED
  }

  private enum Use {
    WATCHED,
    WATCHED_IF_SERVED,
    READ_SINGLY
  }

  private static final Set<Kind> WATCHED = EnumSet.noneOf(Kind.class);

  static {
    for (Kind kind : values()) {
      if (kind.use != Use.READ_SINGLY) {
        WATCHED.add(kind);
      }
    }
  }

  private final String group;
  private final String version;
  private final String kind;
  private final String plural;
  private final Scope scope;
  private final Use use;

  Kind(String group, String version, String kind, String plural, Scope scope, Use use) {
    this.group = group;
    this.version = version;
    this.kind = kind;
    this.plural = plural;
    this.scope = scope;
    this.use = use;
  }

  Kind(String kind, String plural, Use use) {
    this("crd.projectcalico.org", "v1", kind, plural, Scope.CLUSTER, use);
  }

  /** The kinds that the image is made of. */
  public static Set<Kind> watched() {
    return EnumSet.copyOf(WATCHED);
  }

  public String group() {
    return group;
  }

  public String version() {
    return version;
  }

  /** The word in {@code kind:}. */
  public String word() {
    return kind;
  }

  public String plural() {
    return plural;
  }

  public boolean isNamespaced() {
    return scope == Scope.NAMESPACED;
  }

  /** True when the node works without: a server that does not serve it counts as one with none. */
  public boolean isOptional() {
    return use == Use.WATCHED_IF_SERVED;
  }

  /** What stands in {@code apiVersion:}. */
  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The name of the CustomResourceDefinition that serves it; built-in kinds have none. */
  public String definition() {
    return plural + "." + group;
  }

  /** The URL path of the collection in a namespace, or of the whole cluster with an empty one. */
  public String path(String namespace) {
    String root = (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + version;
    return namespace.isEmpty()
        ? root + "/" + plural
        : root + "/namespaces/" + namespace + "/" + plural;
  }

  /** The URL path of one object. */
  public String path(ObjectKey key) {
    return path(key.namespace()) + "/" + key.name();
  }

  /** What errors call an object: {@code IPPool "east"}. */
  public String name(ObjectKey key) {
    return kind + " \"" + key + "\"";
  }
}
