package io.margay.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** What becomes of a packet from a pod to its own node (defaultEndpointToHostAction). */
public enum WorkloadToHost {
  DROP,
  RETURN,
  ACCEPT;

  static Map<String, WorkloadToHost> words() {
    var words = new LinkedHashMap<String, WorkloadToHost>();
    for (WorkloadToHost action : values()) {
      words.put(action.name(), action);
    }
    return words;
  }
}
