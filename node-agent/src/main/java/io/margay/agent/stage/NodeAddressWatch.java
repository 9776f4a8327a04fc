package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.stage.NodeAddress.Choice;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kube.types.Node;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Tells an address that was replaced from one that is away for a moment: a link that is set down
 * loses its IPv6 addresses, and DHCP clients take IPv4's. Owned by one thread.
 */
public final class NodeAddressWatch {
  private final AgentConfig config;
  private final Map<Family, Place> places = new EnumMap<>(Family.class);

  /** Where an address was, on an interface that was seen passing packets ever since. */
  private record Place(Ip ip, String device) {}

  public NodeAddressWatch(AgentConfig config) {
    this.config = config;
  }

  /**
   * Whether a detected address went from its interface, which stayed up and has another one that
   * detection takes: nothing is to be waited for then. To be asked at each change.
   *
   * @param node this node as it is annotated
   */
  public boolean isReplaced(Node node, KernelFacts kernel) {
    boolean replaced = false;
    for (Family family : Family.values()) {
      Optional<InterfaceAddress> address = NodeAddressStage.annotated(node, family);
      if (address.isPresent() && NodeAddressStage.isDetected(config, family)) {
        replaced |= isReplaced(family, address.get().ip(), node, kernel);
      }
    }
    return replaced;
  }

  private boolean isReplaced(Family family, Ip ip, Node node, KernelFacts kernel) {
    Optional<LocalInterface> carrier = kernel.carrier(ip);
    carrier.ifPresent(local -> places.put(family, new Place(ip, local.name())));
    Place place = places.get(family);
    if (place == null || !place.ip().equals(ip)) {
      return false;
    }
    Optional<LocalInterface> local =
        kernel.named(place.device()).filter(LocalInterface::operational);
    if (local.isEmpty()) {
      places.remove(family); // what the link has when it is back may be the first of several
      return false;
    }
    // One that is tentative may be the old one that comes again.
    return carrier.isEmpty()
        && local.get().tentative().stream().noneMatch(a -> a.ip().family() == family)
        && NodeAddressStage.choice(family, config, node, kernel)
            instanceof Choice.Chosen(InterfaceAddress chosen, _)
        && local.get().has(chosen.ip());
  }
}
