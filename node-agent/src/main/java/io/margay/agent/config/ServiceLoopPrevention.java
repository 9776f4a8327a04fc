package io.margay.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What becomes of a packet to the address of a service that is none (serviceLoopPrevention): it
 * would go back and forth between the node and the router that has a route for services to it.
 */
public enum ServiceLoopPrevention {
  DROP("Drop"),
  REJECT("Reject"),
  DISABLED("Disabled");

  private final String word;

  ServiceLoopPrevention(String word) {
    this.word = word;
  }

  /** By Felix's words. */
  public static Map<String, ServiceLoopPrevention> words() {
    var words = new LinkedHashMap<String, ServiceLoopPrevention>();
    for (ServiceLoopPrevention action : values()) {
      words.put(action.word, action);
    }
    return words;
  }
}
