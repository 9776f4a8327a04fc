package io.margay.agent.stage;

import io.margay.tunnel.plan.Mtu;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntUnaryOperator;

/**
 * The size of packets that leave the node. An uplink that is away for a moment comes back as it
 * was: until then the last size stays, and with it that of tunnels and new pods. Owned by the stage
 * thread.
 */
final class HostMtu {
  private final Uplinks uplinks;
  private OptionalInt known = OptionalInt.empty();

  HostMtu(Uplinks uplinks) {
    this.uplinks = uplinks;
  }

  /**
   * The size as of now.
   *
   * @param podMtu what fits pods, by the host's MTU, with the tunnels that are in use
   */
  int of(KernelFacts kernel, IntUnaryOperator podMtu) {
    Optional<Mtu.Uplink> uplink = uplinks.smallest(kernel);
    if (uplink.isPresent()) {
      known = OptionalInt.of(uplink.get().mtu());
    } else if (known.isEmpty() && uplinks.podMtu().isPresent()) {
      // Tunnels take the same of each size.
      int overhead = Mtu.FALLBACK - podMtu.applyAsInt(Mtu.FALLBACK);
      known = OptionalInt.of(uplinks.podMtu().getAsInt() + overhead);
    }
    return known.orElse(Mtu.FALLBACK);
  }
}
