package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniResult;
import io.margay.foundation.log.EventLog;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * ADD: the pair is made with the node's end down; that comes up when the policy is in the kernel;
 * the answer goes out when the routes are. A failure leaves nothing.
 */
final class AddVerb {
  private static final EventLog LOG = EventLog.of(AddVerb.class);

  private final NodeServices node;

  AddVerb(NodeServices node) {
    this.node = node;
  }

  Outcome run(CniRequest.Add request, BooleanSupplier cancelled) {
    var adding = new Adding(node, request, cancelled);
    long start = node.clock().nanos();
    Optional<CniError> error = adding.run();
    if (error.isPresent()) {
      return new Outcome.Failed(error.get());
    }
    CniResult result = adding.result();
    LOG.info(
        "cni.pod.added",
        "pod",
        request.container().args().pod().map(Object::toString).orElse("-"),
        "container",
        request.container().id(),
        "interface",
        result.interfaces().getFirst().name(),
        "ips",
        result.ips().stream().map(CniResult.Address::address).toList(),
        "millis",
        (node.clock().nanos() - start) / 1_000_000);
    return new Outcome.Made(result.after(request.previous()));
  }
}
