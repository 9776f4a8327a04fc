package io.margay.kube.status;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Written;
import io.margay.kube.types.CalicoMetadata;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The objects that the first node of a fresh cluster makes. All nodes try at once; whoever is first
 * wins and the others take what is there. Any thread may call; methods wait for the server and
 * throw {@link io.margay.kube.client.ApiException}.
 */
public final class DefaultObjects {
  private static final EventLog LOG = EventLog.of(DefaultObjects.class);
  private static final ObjectKey DEFAULT = ObjectKey.cluster("default");
  private static final int TRIES = 10;

  private final KubeApi api;
  private final RandomGenerator random;

  public DefaultObjects(KubeApi api, RandomGenerator random) {
    this.api = api;
    this.random = random;
  }

  /** Makes the pool unless the cluster has any of its family; true when it was made now. */
  public boolean ensurePool(NewPool pool) {
    for (Map<String, Object> object : api.list(Kind.IP_POOL, "")) {
      String cidr = Trees.text(Trees.members(object, "spec"), "cidr");
      boolean sameFamily =
          Prefix.parse(cidr).filter(p -> p.family() == pool.cidr().family()).isPresent();
      if (sameFamily) {
        return false;
      }
    }
    return create(Kind.IP_POOL, ObjectKey.cluster(pool.name()), pool.spec());
  }

  /** Makes the FelixConfiguration of a fresh cluster; true when it was made now. */
  public boolean ensureFelixConfiguration() {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("logSeverityScreen", "Info");
    spec.put("reportingInterval", "0s");
    return ensure(Kind.FELIX_CONFIGURATION, spec);
  }

  /** Makes the BGPConfiguration of a fresh cluster; true when it was made now. */
  public boolean ensureBgpConfiguration() {
    return ensure(Kind.BGP_CONFIGURATION, Map.of());
  }

  /**
   * Makes the ClusterInformation, or fills in what it lacks. A version that is there stays: in a
   * cluster that is half moved it is Calico's own.
   *
   * @param clusterTypes joined to those that are there
   * @param calicoVersion a version that calicoctl takes: {@code v3.32.1}
   * @return true when something was written; false when it says all that already, or when others
   *     wrote it each time that this node was about to, which is logged
   */
  public boolean ensureClusterInformation(List<String> clusterTypes, String calicoVersion) {
    for (int i = 0; i < TRIES; i++) {
      Optional<Map<String, Object>> read = api.get(Kind.CLUSTER_INFORMATION, DEFAULT);
      Map<String, Object> object = read.orElseGet(LinkedHashMap::new);
      Map<String, Object> before = Trees.members(object, "spec");
      Map<String, Object> spec = filledIn(before, clusterTypes, calicoVersion);
      if (spec.equals(before)) {
        return false;
      }
      if (read.isEmpty()) {
        if (create(Kind.CLUSTER_INFORMATION, DEFAULT, spec)) {
          return true;
        }
        continue; // another node was first; it may know less of the types than we do
      }
      object.put("spec", spec);
      if (api.replace(Kind.CLUSTER_INFORMATION, DEFAULT, object) instanceof Written.Done) {
        LOG.info("kube.object.completed", "kind", "ClusterInformation", "name", "default");
        return true;
      }
    }
    LOG.warn(
        "kube.object.contended",
        "kind",
        "ClusterInformation",
        "name",
        "default",
        "tries",
        TRIES,
        "effect",
        "it lacks what this node would have filled in, until its next start");
    return false;
  }

  private Map<String, Object> filledIn(
      Map<String, Object> before, List<String> clusterTypes, String calicoVersion) {
    var spec = new LinkedHashMap<String, Object>(before);
    if (Trees.text(spec, "clusterGUID").isEmpty()) {
      byte[] guid = new byte[16];
      random.nextBytes(guid);
      spec.put("clusterGUID", HexFormat.of().formatHex(guid));
    }
    if (Trees.text(spec, "calicoVersion").isEmpty()) {
      spec.put("calicoVersion", calicoVersion);
    }
    var types = new LinkedHashSet<String>();
    Arrays.stream(Trees.text(spec, "clusterType").split(",", -1))
        .filter(type -> !type.isEmpty())
        .forEach(types::add);
    types.addAll(clusterTypes);
    spec.put("clusterType", String.join(",", types));
    spec.putIfAbsent("datastoreReady", true);
    return spec;
  }

  private boolean ensure(Kind kind, Map<String, Object> spec) {
    return api.get(kind, DEFAULT).isEmpty() && create(kind, DEFAULT, spec);
  }

  private boolean create(Kind kind, ObjectKey key, Map<String, Object> spec) {
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", kind.apiVersion());
    object.put("kind", kind.word());
    object.put("metadata", CalicoMetadata.stored(key.name(), Map.of()));
    object.put("spec", spec);
    boolean done = api.create(kind, key, object) instanceof Written.Done;
    if (done) {
      LOG.info("kube.object.created", "kind", kind.word(), "name", key);
    }
    return done;
  }
}
