package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniRequest.Container;
import io.margay.cni.protocol.Netconf;
import io.margay.cni.protocol.PodName;
import io.margay.cni.veth.Change;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.ReleaseResult;
import java.util.Optional;

/**
 * DEL: annotations, pair, endpoint, addresses, in Calico's order. Each step is done again safely;
 * what is not there any more is no error. An API server that does not answer is one; what is this
 * node's own is taken away all the same.
 */
final class DelVerb {
  private static final EventLog LOG = EventLog.of(DelVerb.class);

  private final NodeServices node;

  DelVerb(NodeServices node) {
    this.node = node;
  }

  Outcome run(CniRequest.Del request) {
    Container container = request.container();
    Netconf netconf = request.netconf();
    Optional<CniError> error = checkDatastore();
    if (error.isPresent()) {
      return new Outcome.Failed(error.get());
    }
    Optional<CniError> cleared = container.args().pod().flatMap(pod -> clearPod(pod, container));
    error =
        container
            .netns()
            .flatMap(netns -> removePair(netns, container))
            .or(() -> forget(container))
            .or(() -> cleared)
            .or(() -> release(netconf.handle(container.id())));
    if (error.isPresent()) {
      return new Outcome.Failed(error.get());
    }
    LOG.info(
        "cni.pod.deleted",
        "pod",
        container.args().pod().map(Object::toString).orElse("-"),
        "container",
        container.id());
    return new Outcome.Done();
  }

  private Optional<CniError> checkDatastore() {
    return switch (node.endpoints().datastore()) {
      case Endpoints.Datastore.Ready _ -> Optional.empty();
      case Endpoints.Datastore.NotReady(var reason) ->
          error(CniError.TRY_AGAIN, "Calico is currently not ready to process requests", reason);
    };
  }

  private Optional<CniError> clearPod(PodName pod, Container container) {
    return switch (node.endpoints().clearAddresses(pod, container.id())) {
      case Endpoints.Recording.Done _ -> Optional.empty();
      case Endpoints.Recording.Superseded(var newer) -> {
        LOG.info("cni.del.superseded", "pod", pod, "container", container.id(), "newer", newer);
        yield Optional.empty();
      }
      case Endpoints.Recording.Failed(var reason) ->
          error(CniError.TRY_AGAIN, "the annotations of pod " + pod + " cannot be cleared", reason);
    };
  }

  private Optional<CniError> removePair(String netns, Container container) {
    return switch (node.veth().remove(netns, container.ifName())) {
      case Change.Done _ -> Optional.empty();
      case Change.Refused(var reason) ->
          error(CniError.FAILED, "the container's interface cannot be removed", reason);
    };
  }

  private Optional<CniError> forget(Container container) {
    node.endpoints().forget(container.id());
    return Optional.empty();
  }

  // By handle whatever ipam.type says: the configuration may have changed since the ADD.
  private Optional<CniError> release(String handle) {
    return switch (node.addresses().release(handle)) {
      case ReleaseResult.Released _ -> Optional.empty();
      case ReleaseResult.NoSuchHandle _ -> Optional.empty();
      case ReleaseResult.Failed(var reason) ->
          error(CniError.TRY_AGAIN, "the addresses of " + handle + " are not released", reason);
    };
  }

  private static Optional<CniError> error(int code, String msg, String details) {
    return Optional.of(new CniError(code, msg, details));
  }
}
