package io.margay.policy.render;

import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import java.util.ArrayList;
import java.util.List;

/** Names of chains, Calico's. */
final class ChainNames {
  private static final int MAX_LENGTH = 28;

  private ChainNames() {}

  /** The way of packets to a workload, or from it. */
  static String workload(Direction direction, String interfaceName) {
    return shortened(direction == Direction.INGRESS ? "cali-tw-" : "cali-fw-", interfaceName);
  }

  static String policy(Direction direction, PolicyKey policy) {
    return shortened(direction == Direction.INGRESS ? "cali-pi-" : "cali-po-", policy.toString());
  }

  static String profile(Direction direction, String profile) {
    return shortened(direction == Direction.INGRESS ? "cali-pri-" : "cali-pro-", profile);
  }

  static String dispatch(Direction direction) {
    return direction == Direction.INGRESS ? "cali-to-wl-dispatch" : "cali-from-wl-dispatch";
  }

  /** The first chain of the way to a workload's, and all that it can go on with. */
  static List<String> dispatches(Direction direction, String interfaceName) {
    var names = new ArrayList<String>();
    names.add(dispatch(direction));
    interfaceName
        .chars()
        .distinct()
        .forEach(c -> names.add(dispatchChild(direction, Character.toString(c))));
    return names;
  }

  /** The chain for interfaces whose names go on with this, behind what all have in common. */
  static String dispatchChild(Direction direction, String next) {
    return dispatch(direction) + "-" + next;
  }

  /** What is too long for the kernel becomes a hash. */
  private static String shortened(String prefix, String suffix) {
    if (prefix.length() + suffix.length() <= MAX_LENGTH) {
      return prefix + suffix;
    }
    String hashed = prefix + "_" + Digests.text(Digests.sha256(suffix));
    return hashed.substring(0, MAX_LENGTH);
  }
}
