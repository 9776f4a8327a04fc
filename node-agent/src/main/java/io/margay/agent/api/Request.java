package io.margay.agent.api;

import java.util.Map;
import java.util.Optional;

/**
 * A question to the running agent.
 *
 * @param verb what is asked: {@code peers}, {@code routes}
 * @param arguments by name
 */
public record Request(String verb, Map<String, String> arguments) {
  public Optional<String> argument(String name) {
    return Optional.ofNullable(arguments.get(name));
  }
}
