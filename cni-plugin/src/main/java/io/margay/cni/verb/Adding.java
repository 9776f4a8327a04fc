package io.margay.cni.verb;

import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.CniRequest;
import io.margay.cni.protocol.CniRequest.Container;
import io.margay.cni.protocol.CniResult;
import io.margay.cni.protocol.Netconf;
import io.margay.cni.veth.Change;
import io.margay.cni.veth.Sandbox;
import io.margay.cni.veth.VethPlan;
import io.margay.cni.veth.Wired;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.ReleaseResult;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One ADD under way: its stages in their order, and what undoes them. Owned by the request's
 * thread.
 */
final class Adding {
  private static final EventLog LOG = EventLog.of(Adding.class);
  private static final String MAC_ANNOTATION = "cni.projectcalico.org/hwAddr";
  private static final String FLOATING_ANNOTATION = "cni.projectcalico.org/floatingIPs";

  private final NodeServices node;
  private final Netconf netconf;
  private final Container container;
  private final String netns;
  private final String hostName;
  private final BooleanSupplier cancelled;
  private final long deadline;
  private final Deque<Runnable> undo = new ArrayDeque<>();

  private Optional<Endpoints.PodFacts> pod = Optional.empty();
  private Optional<Mac> mac = Optional.empty();
  private int mtu = Mtu.FALLBACK;
  private List<Ip> addresses = List.of();

  Adding(NodeServices node, CniRequest.Add request, BooleanSupplier cancelled) {
    this.node = node;
    this.netconf = request.netconf();
    this.container = request.container();
    this.netns = request.netns();
    this.hostName = node.settings().hostName(container);
    this.cancelled = cancelled;
    this.deadline = node.clock().nanos() + node.settings().addLimit().toNanos();
  }

  /** Runs all stages; what was done is undone when one fails, whatever the way. */
  Optional<CniError> run() {
    boolean made = false;
    try {
      Optional<CniError> error =
          stage(AddStage.LOOKUP, this::lookUp)
              .or(() -> stage(AddStage.ADDRESS, this::takeAddresses))
              .or(() -> stage(AddStage.WIRE, this::wire))
              .or(() -> stage(AddStage.POLICY, this::awaitPolicy))
              .or(() -> stage(AddStage.ROUTE, this::bringUp))
              .or(() -> stage(AddStage.RECORD, this::record));
      made = error.isEmpty();
      return error;
    } finally {
      if (!made) {
        undo();
      }
    }
  }

  /** The result of an ADD that succeeded. */
  CniResult result() {
    var interfaces = new ArrayList<CniResult.Interface>();
    interfaces.add(
        new CniResult.Interface(hostName, Optional.empty(), OptionalInt.empty(), Optional.empty()));
    interfaces.add(
        new CniResult.Interface(container.ifName(), mac, OptionalInt.of(mtu), Optional.of(netns)));
    var ips = new ArrayList<CniResult.Address>();
    var routes = new ArrayList<CniResult.Route>();
    for (Ip ip : addresses) {
      var address = new InterfaceAddress(ip, ip.family().bits());
      ips.add(new CniResult.Address(OptionalInt.of(1), address, Optional.empty()));
      routes.add(new CniResult.Route(ip.asPrefix(), Optional.empty()));
    }
    return new CniResult(interfaces, ips, routes, Map.of());
  }

  private Optional<CniError> stage(AddStage stage, Supplier<Optional<CniError>> work) {
    if (cancelled.getAsBoolean()) {
      return error(CniError.TRY_AGAIN, "the runtime hung up before stage " + stage, "");
    }
    long start = node.clock().nanos();
    try {
      return work.get();
    } finally {
      node.meter().stage(stage, Duration.ofNanos(node.clock().nanos() - start));
    }
  }

  private Optional<CniError> lookUp() {
    if (node.endpoints().datastore() instanceof Endpoints.Datastore.NotReady(var reason)) {
      return error(CniError.TRY_AGAIN, "Calico is currently not ready to process requests", reason);
    }
    Optional<String> closed = ReadinessGates.await(netconf.readinessGates());
    if (closed.isPresent()) {
      return error(CniError.TRY_AGAIN, "a readiness gate is closed", closed.get());
    }
    return lookUpPod().or(this::checkAnnotations).or(this::chooseMtu).or(this::lookIntoSandbox);
  }

  private Optional<CniError> lookUpPod() {
    if (!netconf.fromKubernetes() || container.args().pod().isEmpty()) {
      return Optional.empty();
    }
    var name = container.args().pod().get();
    return switch (node.endpoints().pod(name)) {
      case Endpoints.PodLookup.Found(var facts) -> {
        pod = Optional.of(facts);
        yield Optional.empty();
      }
      case Endpoints.PodLookup.Missing _ ->
          error(CniError.TRY_AGAIN, "pod " + name + " does not exist", "the API server says so");
      case Endpoints.PodLookup.Unavailable(var reason) ->
          error(CniError.TRY_AGAIN, "pod " + name + " cannot be looked up", reason);
    };
  }

  private Optional<CniError> checkAnnotations() {
    String floating = annotation(FLOATING_ANNOTATION);
    if (!floating.isEmpty()) {
      return error(
          CniError.CONFIG,
          "requested floating IPs for workload but the feature is not "
              + (netconf.floatingIps() ? "served by this agent" : "enabled"),
          "annotation " + FLOATING_ANNOTATION + " is " + floating);
    }
    String asked = annotation(MAC_ANNOTATION);
    mac = Mac.parse(asked);
    return asked.isEmpty() || mac.isPresent()
        ? Optional.empty()
        : error(
            CniError.CONFIG,
            "annotation " + MAC_ANNOTATION + " cannot be used",
            "found \"" + asked + "\"; expected a MAC address such as 02:00:00:00:00:01");
  }

  private Optional<CniError> chooseMtu() {
    return switch (Mtu.of(netconf, node.settings().mtuFile())) {
      case Mtu.Of(var bytes) -> {
        mtu = bytes;
        yield Optional.empty();
      }
      case Mtu.Unknown(var reason) ->
          error(CniError.TRY_AGAIN, "the MTU of this node is not known", reason);
    };
  }

  private Optional<CniError> lookIntoSandbox() {
    return switch (node.veth().look(netns, container.ifName(), hostName)) {
      case Sandbox.Clear _ -> Optional.empty();
      case Sandbox.Earlier _ -> undoEarlier();
      case Sandbox.Occupied(var by) ->
          error(CniError.FAILED, "the container has interface " + by, "netns " + netns);
      case Sandbox.Gone(var path) ->
          error(CniError.TRY_AGAIN, "the container is gone", "no network namespace at " + path);
      case Sandbox.Host(var path) ->
          error(
              CniError.NETNS,
              "plugin's netns and netns from CNI_NETNS should not be the same",
              path + " is the node's own network namespace");
    };
  }

  // A repeated ADD for a sandbox: what the first one made goes, so that no address is held twice.
  private Optional<CniError> undoEarlier() {
    if (node.veth().remove(netns, container.ifName()) instanceof Change.Refused(var reason)) {
      return error(CniError.FAILED, "the interface of an earlier ADD cannot be removed", reason);
    }
    node.endpoints().forget(container.id());
    var released = node.addresses().release(netconf.handle(container.id()));
    if (released instanceof ReleaseResult.Failed(var reason)) {
      return error(CniError.TRY_AGAIN, "the address of an earlier ADD is not released", reason);
    }
    return Optional.empty();
  }

  private Optional<CniError> takeAddresses() {
    var wish =
        AddressWish.of(
            netconf,
            container.args(),
            pod.map(Endpoints.PodFacts::namespaceAnnotations).orElse(Map.of()),
            pod.map(Endpoints.PodFacts::annotations).orElse(Map.of()));
    var taking =
        AddressTaking.of(
            node.addresses(),
            netconf.handle(container.id()),
            node.settings().node(),
            container.args().pod(),
            node.calendar().instant());
    Optional<CniError> error = taking.take(wish, pod.map(Endpoints.PodFacts::namespaceLabels));
    undo.push(taking::giveBack);
    addresses =
        wish instanceof AddressWish.WithoutIpam(var ips)
            ? ips
            : taking.taken().stream().map(InterfaceAddress::ip).toList();
    return error;
  }

  private Optional<CniError> wire() {
    // Undone after the pair, so that no packet passes between the end of the chains and its own.
    undo.push(() -> node.endpoints().forget(container.id()));
    var plan =
        new VethPlan(
            netns, container.ifName(), hostName, mtu, addresses, mac, netconf.allowIpForwarding());
    return switch (node.veth().make(plan)) {
      case Wired.Made(var containerMac) -> {
        undo.push(this::removePair);
        mac = Optional.of(containerMac);
        yield Optional.empty();
      }
      case Wired.Gone(var path) ->
          error(CniError.TRY_AGAIN, "the container is gone", "no network namespace at " + path);
      case Wired.Refused(var reason) ->
          error(CniError.FAILED, "the kernel refuses the container's interface", reason);
    };
  }

  private Optional<CniError> awaitPolicy() {
    return inKernel("policy", node.endpoints().policyInForce(endpoint(), deadline));
  }

  private Optional<CniError> bringUp() {
    return switch (node.veth().up(hostName)) {
      case Change.Done _ -> inKernel("route", node.endpoints().routed(endpoint(), deadline));
      case Change.Refused(var reason) ->
          error(CniError.FAILED, "the kernel refuses the node's interface", reason);
    };
  }

  private Optional<CniError> inKernel(String what, Endpoints.Wiring wiring) {
    return switch (wiring) {
      case Endpoints.Wiring.InForce _ -> Optional.empty();
      case Endpoints.Wiring.Late(var missing) ->
          error(
              CniError.TRY_AGAIN,
              "the container's " + what + " is not in the kernel",
              "not confirmed within " + node.settings().addLimit().toSeconds() + " s: " + missing);
      case Endpoints.Wiring.Refused(var reason) ->
          error(CniError.FAILED, "the kernel refuses the container's " + what, reason);
    };
  }

  private Optional<CniError> record() {
    var name = container.args().pod();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> uid = pod.flatMap(Endpoints.PodFacts::uid);
    return switch (node.endpoints().recordAddresses(endpoint(), uid)) {
      case Endpoints.Recording.Done _ -> Optional.empty();
      case Endpoints.Recording.Superseded(var containerId) ->
          error(CniError.FAILED, "the pod has a newer sandbox", containerId);
      case Endpoints.Recording.Failed(var reason) ->
          error(CniError.TRY_AGAIN, "the pod's annotations cannot be written", reason);
    };
  }

  private Endpoint endpoint() {
    return new Endpoint(
        container.id(), container.ifName(), container.args().pod(), hostName, addresses);
  }

  private String annotation(String name) {
    return pod.map(facts -> facts.annotations().getOrDefault(name, "")).orElse("");
  }

  private void removePair() {
    if (node.veth().remove(netns, container.ifName()) instanceof Change.Refused(var reason)) {
      LOG.warn("cni.add.undo_failed", "interface", hostName, "why", reason);
    }
  }

  private void undo() {
    while (!undo.isEmpty()) {
      Runnable step = undo.pop();
      try {
        step.run();
      } catch (RuntimeException e) {
        // The other steps are still worth taking; the runtime's DEL tries this one again.
        LOG.error("cni.add.undo_failed", e, "container", container.id());
      }
    }
  }

  private static Optional<CniError> error(int code, String msg, String details) {
    return Optional.of(new CniError(code, msg, details));
  }
}
