package io.margay.kube.status;

import io.margay.foundation.tree.Problems;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.Interner;
import io.margay.kube.types.Kind;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.ObjectReader;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.StoredObject;
import java.util.Map;
import java.util.Optional;

/**
 * Single objects, fresh from the server: CNI must not wait until a pod has reached the image. Any
 * thread may call; methods wait for the server and throw {@link
 * io.margay.kube.client.ApiException}.
 */
public final class ClusterReads {
  private final KubeApi api;

  public ClusterReads(KubeApi api) {
    this.api = api;
  }

  public Lookup<Pod> pod(PodKey key) {
    return read(Kind.POD, new ObjectKey(key.namespace(), key.name()), Pod::read);
  }

  public Lookup<Namespace> namespace(String name) {
    return read(Kind.NAMESPACE, ObjectKey.cluster(name), Namespace::read);
  }

  public Lookup<Node> node(NodeName name) {
    return read(Kind.NODE, ObjectKey.cluster(name.value()), Node::read);
  }

  /** The one ClusterInformation; its {@code datastoreReady} says whether CNI may serve. */
  public Lookup<ClusterInformation> clusterInformation() {
    return read(Kind.CLUSTER_INFORMATION, ObjectKey.cluster("default"), ClusterInformation::read);
  }

  private <V> Lookup<V> read(Kind kind, ObjectKey key, ObjectReader<V> reader) {
    Optional<Map<String, Object>> object = api.get(kind, key);
    if (object.isEmpty()) {
      return new Lookup.Absent<>();
    }
    var problems = new Problems();
    Optional<V> value = reader.read(StoredObject.of(kind, object.get(), problems, Interner.none()));
    return value.isPresent() && problems.isEmpty()
        ? new Lookup.Found<>(value.get())
        : new Lookup.Broken<>(problems.all());
  }
}
