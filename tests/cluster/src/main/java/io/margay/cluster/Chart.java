package io.margay.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.marcnuri.helm.Helm;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What of our Helm chart a cluster needs before an agent runs in it. */
final class Chart {
  /** The agents' namespace. */
  static final String NAMESPACE = "kube-system";

  private static final Set<String> WANTED =
      Set.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");

  private final Path directory;

  Chart(Path directory) {
    this.directory = directory;
  }

  /** The folder of Calico's CRDs. */
  Path crds() {
    return directory.resolve("crds");
  }

  /** The accounts and their roles, as a List in JSON. */
  String accounts(String kubernetes) {
    String rendered =
        new Helm(directory)
            .template()
            .withName("margay")
            .withNamespace(NAMESPACE)
            .withKubeVersion(kubernetes)
            .call();
    var items = new ArrayList<Object>();
    for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(rendered)) {
      if (document instanceof Map<?, ?> object
          && object.get("kind") instanceof String kind
          && WANTED.contains(kind)) {
        items.add(object);
      }
    }
    return list(items);
  }

  private static String list(List<Object> items) {
    var list = new LinkedHashMap<String, Object>();
    list.put("apiVersion", "v1");
    list.put("kind", "List");
    list.put("items", items);
    try {
      return new ObjectMapper().writeValueAsString(list);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("what was YAML is JSON", e);
    }
  }
}
