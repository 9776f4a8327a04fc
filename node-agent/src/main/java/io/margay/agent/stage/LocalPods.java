package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The pods of this node that have an interface of ours: what the image says, corrected by what CNI
 * has done and the image does not know yet. Owned by the stage thread.
 */
public final class LocalPods {
  /** What CNI wired, by pod. */
  private final Map<PodKey, Wired> wired = new HashMap<>();

  /** Pods whose sandbox CNI took away; the image may still show their addresses. */
  private final Set<PodKey> forgotten = new HashSet<>();

  /**
   * A pod's interface.
   *
   * @param interfaceUp CNI says that the host end is up; otherwise only the kernel's events tell
   */
  public record Wired(
      String containerId, String ifName, String hostInterface, List<Ip> ips, boolean interfaceUp) {}

  /** A pod of this node as the stages see it. */
  public record LocalPod(PodKey key, String hostInterface, List<Ip> ips, boolean interfaceUp) {}

  /** CNI made this pair, or looks at it again; it stands for the pod from now on. */
  void wired(PodKey pod, Wired pair) {
    Wired before = wired.get(pod);
    boolean wasUp =
        before != null && before.containerId().equals(pair.containerId()) && before.interfaceUp();
    wired.put(
        pod,
        new Wired(
            pair.containerId(),
            pair.ifName(),
            pair.hostInterface(),
            pair.ips(),
            pair.interfaceUp() || wasUp));
    forgotten.remove(pod);
  }

  /** CNI set the host end up. */
  void up(PodKey pod, String containerId) {
    Wired pair = wired.get(pod);
    if (pair != null && pair.containerId().equals(containerId)) {
      wired.put(pod, new Wired(containerId, pair.ifName(), pair.hostInterface(), pair.ips(), true));
    }
  }

  /**
   * CNI took a pod's pair away.
   *
   * @return false when another container of the pod is known: nothing changed
   */
  boolean forget(PodKey pod, String containerId) {
    Wired pair = wired.get(pod);
    if (pair != null && !pair.containerId().equals(containerId)) {
      return false;
    }
    wired.remove(pod);
    forgotten.add(pod);
    return true;
  }

  /** The pod that has this container, if CNI of this process wired it. */
  Optional<PodKey> podOf(String containerId) {
    return wired.entrySet().stream()
        .filter(e -> e.getValue().containerId().equals(containerId))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** What CNI knows of a pod. */
  Optional<Wired> wiring(PodKey pod) {
    return Optional.ofNullable(wired.get(pod));
  }

  /** True when CNI took the pod's interface away since it was last wired. */
  boolean isForgotten(PodKey pod) {
    return forgotten.contains(pod);
  }

  /** The image has no such pod any more, so nothing of it has to be remembered. */
  void gone(PodKey pod) {
    forgotten.remove(pod);
  }

  /**
   * All pods of this node.
   *
   * @param pods the image's pods of this node
   * @param hostInterface the name of a pod's host end, by Calico's rule
   */
  Map<PodKey, LocalPod> all(Collection<Pod> pods, Function<PodKey, String> hostInterface) {
    var all = new TreeMap<PodKey, LocalPod>();
    for (Pod pod : pods) {
      if (pod.isEndpoint() && !pod.ips().isEmpty() && !forgotten.contains(pod.key())) {
        String name = hostInterface.apply(pod.key());
        all.put(pod.key(), new LocalPod(pod.key(), name, pod.ips(), false));
      }
    }
    wired.forEach((key, pair) ->
        all.put(key, new LocalPod(key, pair.hostInterface(), pair.ips(), pair.interfaceUp())));
    return all;
  }
}
