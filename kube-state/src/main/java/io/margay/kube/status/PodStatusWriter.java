package io.margay.kube.status;

import io.margay.foundation.addr.Ip;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Written;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What CNI writes on a pod: its addresses, before the kubelet reports them, and for which sandbox.
 * Any thread may call; methods wait for the server and throw {@link
 * io.margay.kube.client.ApiException}.
 */
public final class PodStatusWriter {
  private static final int TRIES = 5;

  /** What became of a write. */
  public enum Outcome {
    WRITTEN,
    /** There is no such pod. */
    NO_POD,
    /** The pod of this name is another one by now. */
    OTHER_POD,
    /** The addresses are those of a newer sandbox: nothing was cleared. */
    OTHER_SANDBOX,
    /** Others wrote the pod each time that we were about to. */
    CONFLICT
  }

  private final KubeApi api;

  public PodStatusWriter(KubeApi api) {
    this.api = api;
  }

  /**
   * Records an ADD.
   *
   * @param uid the pod that was asked about; empty when it is not known
   * @param ips in the order of the result
   */
  public Outcome addressed(PodKey pod, String uid, List<Ip> ips, String containerId) {
    List<String> hosts = ips.stream().map(ip -> ip.asPrefix().toString()).toList();
    var annotations = new LinkedHashMap<String, Object>();
    annotations.put(Pod.POD_IP, hosts.isEmpty() ? "" : hosts.get(0));
    annotations.put(Pod.POD_IPS, hosts.stream().collect(Collectors.joining(",")));
    annotations.put(Pod.CONTAINER_ID, containerId);
    return switch (patch(pod, uid, "", annotations)) {
      case Written.Done _ -> Outcome.WRITTEN;
      case Written.NotFound _ -> Outcome.NO_POD;
      case Written.Conflict _, Written.AlreadyExists _ -> Outcome.OTHER_POD;
    };
  }

  /**
   * Records a DEL: the pod owns no address any more. The sandbox id stays. A pod whose sandbox is
   * another one is left alone: an old DEL came late.
   */
  public Outcome cleared(PodKey pod, String containerId) {
    var annotations = new LinkedHashMap<String, Object>();
    annotations.put(Pod.POD_IP, "");
    annotations.put(Pod.POD_IPS, "");
    for (int i = 0; i < TRIES; i++) {
      Optional<Map<String, Object>> read = api.get(Kind.POD, key(pod));
      if (read.isEmpty()) {
        return Outcome.NO_POD;
      }
      Map<String, Object> meta = Trees.members(read.get(), "metadata");
      String sandbox = Trees.text(Trees.members(meta, "annotations"), Pod.CONTAINER_ID);
      if (!sandbox.isEmpty() && !sandbox.equals(containerId)) {
        return Outcome.OTHER_SANDBOX;
      }
      Written written =
          patch(pod, Trees.text(meta, "uid"), Trees.text(meta, "resourceVersion"), annotations);
      switch (written) {
        case Written.Done _ -> {
          return Outcome.WRITTEN;
        }
        case Written.NotFound _ -> {
          return Outcome.NO_POD;
        }
        case Written.Conflict _, Written.AlreadyExists _ -> {
          // The kubelet writes a pod's status often while it ends: read it again.
        }
      }
    }
    return Outcome.CONFLICT;
  }

  private Written patch(
      PodKey pod, String uid, String resourceVersion, Map<String, Object> annotations) {
    var meta = new LinkedHashMap<String, Object>();
    if (!uid.isEmpty()) {
      meta.put("uid", uid);
    }
    if (!resourceVersion.isEmpty()) {
      meta.put("resourceVersion", resourceVersion);
    }
    meta.put("annotations", annotations);
    return api.patchStatus(Kind.POD, key(pod), Map.of("metadata", meta));
  }

  private static ObjectKey key(PodKey pod) {
    return new ObjectKey(pod.namespace(), pod.name());
  }
}
