package io.margay.cni.protocol;

import java.util.Map;

/**
 * A call as the shim relays it.
 *
 * @param program the name that the binary was started by: {@code calico}, {@code calico-ipam},
 *     {@code calico-node}
 * @param environment the variables that the shim passes on
 * @param input standard input
 */
public record RawCall(String program, Map<String, String> environment, String input) {
  public RawCall {
    environment = Map.copyOf(environment);
  }

  /** A variable; the empty string when it is not set. */
  public String variable(String name) {
    return environment.getOrDefault(name, "");
  }
}
