package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniResult;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.ipam.allocate.ReleaseResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * ADD and DEL of {@code calico-ipam}: addresses for the interface of another plugin, with the
 * length of their block.
 */
final class IpamVerb {
  private final NodeServices node;

  IpamVerb(NodeServices node) {
    this.node = node;
  }

  Outcome add(CniRequest.Add request) {
    if (node.endpoints().datastore() instanceof Endpoints.Datastore.NotReady(var reason)) {
      return failed("Calico is currently not ready to process requests", reason);
    }
    Optional<Map<String, String>> labels = Optional.empty();
    Map<String, String> namespace = Map.of();
    if (request.container().args().pod().isPresent()) {
      var name = request.container().args().pod().get();
      switch (node.endpoints().pod(name)) {
        case Endpoints.PodLookup.Found(var facts) -> {
          labels = Optional.of(facts.namespaceLabels());
          namespace = facts.namespaceAnnotations();
        }
        // Another plugin's business: what it asks for is given without a namespace.
        case Endpoints.PodLookup.Missing _ -> {}
        case Endpoints.PodLookup.Unavailable(var reason) -> {
          return failed("pod " + name + " cannot be looked up", reason);
        }
      }
    }
    var args = request.container().args();
    var taking =
        AddressTaking.of(
            node.addresses(),
            request.netconf().handle(request.container().id()),
            node.settings().node(),
            args.pod(),
            node.calendar().instant());
    var wish = AddressWish.of(request.netconf(), args, namespace, Map.of());
    Optional<CniError> error = taking.take(wish, labels);
    return error.isPresent()
        ? new Outcome.Failed(error.get())
        : new Outcome.Made(result(taking.taken()));
  }

  Outcome del(CniRequest.Del request) {
    String handle = request.netconf().handle(request.container().id());
    return node.addresses().release(handle) instanceof ReleaseResult.Failed(var reason)
        ? failed("the addresses of " + handle + " are not released", reason)
        : new Outcome.Done();
  }

  private static CniResult result(List<InterfaceAddress> taken) {
    return new CniResult(
        List.of(),
        taken.stream()
            .map(a -> new CniResult.Address(OptionalInt.empty(), a, Optional.empty()))
            .toList(),
        taken.stream().map(a -> new CniResult.Route(a.ip().asPrefix(), Optional.empty())).toList(),
        Map.of());
  }

  private static Outcome failed(String msg, String details) {
    return new Outcome.Failed(new CniError(CniError.TRY_AGAIN, msg, details));
  }
}
