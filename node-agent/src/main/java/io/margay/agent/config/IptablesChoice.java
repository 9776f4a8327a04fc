package io.margay.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Which iptables is used (iptablesBackend). */
public enum IptablesChoice {
  AUTO("Auto"),
  NFT("NFT"),
  LEGACY("Legacy");

  private final String word;

  IptablesChoice(String word) {
    this.word = word;
  }

  static Map<String, IptablesChoice> words() {
    var words = new LinkedHashMap<String, IptablesChoice>();
    for (IptablesChoice choice : values()) {
      words.put(choice.word, choice);
    }
    return words;
  }
}
