package io.margay.agent.stage;

import io.margay.tunnel.plan.Mtu;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Which links lead out of the node.
 *
 * @param names a link whose name this finds is one
 * @param podMtu of pods, as an earlier agent, or Calico, left it; empty: none did
 */
public record Uplinks(Pattern names, OptionalInt podMtu) {
  /** The one that is up and takes the smallest packets; empty while there is none. */
  public Optional<Mtu.Uplink> smallest(KernelFacts kernel) {
    List<Mtu.Uplink> links =
        kernel.mtus().entrySet().stream()
            .map(e ->
                new Mtu.Uplink(
                    e.getKey(), e.getValue(), kernel.readyInterfaces().contains(e.getKey())))
            .toList();
    return Mtu.smallest(links, names);
  }
}
