package io.margay.policy.convert;

import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.Profile;
import io.margay.policy.model.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names of labels and profiles that Calico gives to Kubernetes' objects. */
public final class KubernetesLabels {
  /** The label that says in which namespace a workload is. */
  public static final String NAMESPACE = "projectcalico.org/namespace";

  /** The label that tells Kubernetes' workloads from others. */
  public static final String ORCHESTRATOR = "projectcalico.org/orchestrator";

  /** The value of {@link #ORCHESTRATOR} on all pods. */
  public static final String KUBERNETES = "k8s";

  static final String NAMESPACE_PREFIX = "pcns.";

  private static final String SERVICE_ACCOUNT = "projectcalico.org/serviceaccount";
  private static final String SERVICE_ACCOUNT_PREFIX = "pcsa.";
  private static final String NAME = "projectcalico.org/name";

  /** A label's value has up to 63 characters; the name of a service account may have more. */
  private static final int MAX_VALUE = 63;

  private KubernetesLabels() {}

  /** The labels of a pod with those that Calico adds; the service account may be the empty text. */
  public static Map<String, String> podLabels(
      String namespace, String serviceAccount, Map<String, String> labels) {
    var all = new HashMap<>(labels);
    all.put(NAMESPACE, namespace);
    all.put(ORCHESTRATOR, KUBERNETES);
    if (!serviceAccount.isEmpty() && serviceAccount.length() < MAX_VALUE) {
      all.put(SERVICE_ACCOUNT, serviceAccount);
    }
    return Map.copyOf(all);
  }

  /** The profiles of a pod, in the order of {@link Workload#profiles}. */
  public static List<String> podProfiles(String namespace, String serviceAccount) {
    return serviceAccount.isEmpty()
        ? List.of(namespaceProfile(namespace))
        : List.of(namespaceProfile(namespace), serviceAccountProfile(namespace, serviceAccount));
  }

  /** The name of a namespace's profile. */
  public static String namespaceProfile(String namespace) {
    return "kns." + namespace;
  }

  /** The name of a service account's profile. */
  public static String serviceAccountProfile(String namespace, String account) {
    return "ksa." + namespace + "." + account;
  }

  /** What a namespace gives its pods: its labels, and that all is open where no policy governs. */
  public static Profile namespace(String name, Map<String, String> labels) {
    return new Profile(
        namespaceProfile(name),
        prefixed(NAMESPACE_PREFIX, name, labels),
        List.of(PolicyRule.ALLOW_ALL),
        List.of(PolicyRule.ALLOW_ALL));
  }

  /** What a service account gives its pods: its labels. */
  public static Profile serviceAccount(String namespace, String name, Map<String, String> labels) {
    return new Profile(
        serviceAccountProfile(namespace, name),
        prefixed(SERVICE_ACCOUNT_PREFIX, name, labels),
        List.of(),
        List.of());
  }

  private static Map<String, String> prefixed(
      String prefix, String name, Map<String, String> labels) {
    var all = new HashMap<String, String>();
    labels.forEach((key, value) -> all.put(prefix + key, value));
    all.put(prefix + NAME, name);
    return all;
  }
}
