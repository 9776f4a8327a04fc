package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniResult;
import io.margay.cni.protocol.Netconf;
import io.margay.cni.veth.VethPlan;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * CHECK: compares what the kernel and IPAM have with the result of the ADD, and says all that is
 * not so.
 */
final class CheckVerb {
  /** For the agent's own view of policy and routes; what is in force answers at once. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final NodeServices node;

  CheckVerb(NodeServices node) {
    this.node = node;
  }

  Outcome run(CniRequest.Check request) {
    CniResult previous = request.previous();
    List<Ip> ips = ownAddresses(previous, request.container().ifName());
    var faults = new ArrayList<String>();
    if (ips.isEmpty()) {
      faults.add("prevResult has no address for " + request.container().ifName());
    }
    if (request.plugin() == CniRequest.Plugin.CALICO) {
      checkKernel(request, ips, faults);
    }
    if (request.netconf().ipam() instanceof Netconf.Ipam.Blocks) {
      checkIpam(request.netconf().handle(request.container().id()), ips, faults);
    }
    return faults.isEmpty()
        ? new Outcome.Done()
        : new Outcome.Failed(
            new CniError(
                CniError.NOT_AS_MADE,
                "the container's network is not as ADD made it",
                String.join("\n", faults)));
  }

  // A chain's result has the interfaces of other plugins, too; before 0.3.0 it has none at all.
  private static List<Ip> ownAddresses(CniResult result, String ifName) {
    return result.ips().stream()
        .filter(ip ->
            ip.interfaceIndex().isEmpty()
                || result.interfaces().get(ip.interfaceIndex().getAsInt()).name().equals(ifName))
        .map(CniResult.Address::address)
        .map(InterfaceAddress::ip)
        .toList();
  }

  private void checkKernel(CniRequest.Check request, List<Ip> ips, List<String> faults) {
    var container = request.container();
    String hostName = node.settings().hostName(container);
    var plan =
        new VethPlan(
            request.netns(),
            container.ifName(),
            hostName,
            0,
            ips,
            Optional.empty(),
            request.netconf().allowIpForwarding());
    faults.addAll(node.veth().inspect(plan));
    var endpoint =
        new Endpoint(container.id(), container.ifName(), container.args().pod(), hostName, ips);
    long deadline = node.clock().nanos() + PATIENCE.toNanos();
    note("policy", node.endpoints().policyInForce(endpoint, deadline), faults);
    note("route", node.endpoints().routed(endpoint, deadline), faults);
  }

  private static void note(String what, Endpoints.Wiring wiring, List<String> faults) {
    switch (wiring) {
      case Endpoints.Wiring.InForce _ -> {}
      case Endpoints.Wiring.Late(var missing) -> faults.add(what + " missing: " + missing);
      case Endpoints.Wiring.Refused(var reason) -> faults.add(what + " refused: " + reason);
    }
  }

  private void checkIpam(String handle, List<Ip> ips, List<String> faults) {
    switch (node.addresses().held(handle)) {
      case Addresses.Holding.Unknown(var reason) ->
          faults.add("IPAM cannot be asked for handle " + handle + ": " + reason);
      case Addresses.Holding.Held(var held) ->
          ips.stream()
              .filter(ip -> !held.contains(ip))
              .forEach(ip -> faults.add(ip + " is not assigned to handle " + handle + " in IPAM"));
    }
  }
}
