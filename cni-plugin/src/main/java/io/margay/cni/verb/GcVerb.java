package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.Netconf;
import io.margay.cni.protocol.PodName;
import io.margay.cni.veth.Change;
import io.margay.cni.veth.HostInterface;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.ReleaseResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * GC: frees what containers hold that neither the runtime nor the API server has any more. Never
 * what only one of them misses: a runtime that lost its state would wipe a node.
 */
final class GcVerb {
  private static final EventLog LOG = EventLog.of(GcVerb.class);

  private final NodeServices node;
  private final ContainerLocks locks;

  GcVerb(NodeServices node, ContainerLocks locks) {
    this.node = node;
    this.locks = locks;
  }

  Outcome run(CniRequest.Gc request) {
    List<Endpoints.LocalPod> wired =
        node.endpoints().localPods().stream().filter(p -> p.containerId().isPresent()).toList();
    if (request.valid().isEmpty() && !wired.isEmpty()) {
      return new Outcome.Failed(
          new CniError(
              CniError.CONFIG,
              "GC with an empty list of valid attachments is refused",
              wired.size()
                  + " pods of this node have interfaces, among them "
                  + wired.getFirst().name()
                  + ". A runtime that lost its state must not take theirs"));
    }
    return switch (node.addresses().heldByThisNode()) {
      case Addresses.Holdings.Unknown(var reason) ->
          new Outcome.Failed(
              new CniError(CniError.TRY_AGAIN, "IPAM cannot be asked what is held", reason));
      case Addresses.Holdings.Held(var holders) -> collect(request, holders);
    };
  }

  private Outcome collect(CniRequest.Gc request, List<Addresses.Holder> holders) {
    String prefix = request.netconf().handle("");
    Set<String> valid =
        request.valid().stream()
            .map(Netconf.Attachment::containerId)
            .collect(Collectors.toCollection(HashSet::new));
    Predicate<Addresses.Holder> ofThisNetwork = holder -> holder.handle().startsWith(prefix);
    var faults = new ArrayList<String>();
    for (Addresses.Holder holder : holders.stream().filter(ofThisNetwork).toList()) {
      String containerId = holder.handle().substring(prefix.length());
      if (!valid.contains(containerId)) {
        // An ADD of this container may be under way: it ends first, and then the pod has its id.
        locks
            .alone(containerId, () -> free(containerId, holder))
            .ifPresent(fault -> faults.add(holder.handle() + ": " + fault));
      }
    }
    return faults.isEmpty()
        ? new Outcome.Done()
        : new Outcome.Failed(
            new CniError(CniError.FAILED, "not all could be collected", String.join("\n", faults)));
  }

  private Optional<String> free(String containerId, Addresses.Holder holder) {
    List<Endpoints.LocalPod> pods = node.endpoints().localPods();
    boolean lives = pods.stream().anyMatch(p -> p.containerId().equals(Optional.of(containerId)));
    if (lives) {
      LOG.warn("cni.gc.kept", "handle", holder.handle(), "why", "a pod of the API server has it");
      return Optional.empty();
    }
    node.endpoints().forget(containerId);
    // The name on the node is made of the pod's: a newer sandbox of the pod has the same.
    Optional<PodName> dead =
        holder.pod().filter(name -> pods.stream().noneMatch(p -> p.name().equals(name)));
    Optional<String> fault = dead.flatMap(this::removePair);
    if (fault.isPresent()) {
      return fault;
    }
    LOG.info("cni.gc.freed", "handle", holder.handle());
    return node.addresses().release(holder.handle()) instanceof ReleaseResult.Failed(var reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  private Optional<String> removePair(PodName pod) {
    String name =
        HostInterface.ofPod(node.settings().interfacePrefix(), pod.namespace(), pod.name());
    return node.veth().removeHostEnd(name) instanceof Change.Refused(var reason)
        ? Optional.of(reason)
        : Optional.empty();
  }
}
