package io.margay.agent.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** Severities with Felix's words. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARNING,
  ERROR;

  static Map<String, LogLevel> words() {
    var words = new LinkedHashMap<String, LogLevel>();
    words.put("Debug", DEBUG);
    words.put("Info", INFO);
    words.put("Warning", WARNING);
    words.put("Error", ERROR);
    words.put("Fatal", ERROR);
    words.put("none", ERROR);
    return words;
  }
}
