package io.margay.lab.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Program;
import io.margay.lab.api.ApiServer;
import io.margay.lab.place.Place;
import io.margay.lab.plan.NodePlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The stand-in for kubelet and container runtime of one node: makes the sandboxes of its pods,
 * opens their ports, and says how they are. What fails is tried again, with a new sandbox.
 */
final class Kubelet {
  private static final EventLog LOG = EventLog.of(Kubelet.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final NodePlan plan;
  private final Place node;
  private final PodNetwork network;
  private final ApiServer api;
  private final Path labtool;
  private final ScheduledExecutorService workers;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private boolean saidReady;

  /** A pod that has been begun, by uid; empty while its sandbox is being made. */
  private record Running(PodSpec pod, Optional<Started> started) {}

  /** A pod that runs; no responder when it has no port. */
  private record Started(Sandbox sandbox, Optional<String> responderPid) {}

  Kubelet(
      NodePlan plan,
      Place node,
      PodNetwork network,
      ApiServer api,
      Path labtool,
      ScheduledExecutorService workers) {
    this.plan = plan;
    this.node = node;
    this.network = network;
    this.api = api;
    this.labtool = labtool;
    this.workers = workers;
    var _ =
        workers.scheduleWithFixedDelay(
            this::sayWhetherReady, 0, LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A pod of this node was written; called on the writer's thread. */
  void podChanged(JsonNode object) {
    PodSpec pod = PodSpec.of(object);
    if (object.path("metadata").hasNonNull("deletionTimestamp")) {
      if (running.containsKey(pod.uid())) {
        later(Duration.ZERO, () -> stop(pod, true));
      }
    } else if (running.putIfAbsent(pod.uid(), new Running(pod, Optional.empty())) == null) {
      later(Duration.ZERO, () -> start(pod));
    }
  }

  /** A pod of this node was deleted without asking us. */
  void podGone(JsonNode object) {
    PodSpec pod = PodSpec.of(object);
    if (running.containsKey(pod.uid())) {
      later(Duration.ZERO, () -> stop(pod, false));
    }
  }

  /** The network namespace of a running pod. */
  Optional<String> netns(String uid) {
    return Optional.ofNullable(running.get(uid))
        .flatMap(Running::started)
        .map(started -> started.sandbox().netns());
  }

  private void later(Duration delay, Runnable work) {
    var _ =
        workers.schedule(
            () -> {
              try {
                work.run();
              } catch (RuntimeException e) {
                LOG.error("lab.kubelet.failed", e, "node", plan.name());
              }
            },
            delay.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private void start(PodSpec pod) {
    if (!running.containsKey(pod.uid())) {
      return;
    }
    if (!network.isReady()) {
      later(LOOK, () -> start(pod));
      return;
    }
    String id = UUID.randomUUID().toString();
    var sandbox = new Sandbox(pod, id.replace("-", "").repeat(2), "cni-" + id);
    node.run("ip", "netns", "add", sandbox.netns()).orThrow();
    try {
      node.run("ip", "-n", sandbox.netns(), "link", "set", "lo", "up").orThrow();
      List<String> addresses = network.attach(sandbox);
      var started = new Started(sandbox, openPorts(sandbox));
      running.put(pod.uid(), new Running(pod, Optional.of(started)));
      api.mergeStatus(pod.path(), runningStatus(addresses));
      LOG.info("lab.pod.running", "pod", pod, "node", plan.name(), "ip", addresses.getFirst());
    } catch (PodNetworkException e) {
      LOG.warn("lab.pod.failed", "pod", pod, "node", plan.name(), "why", e.getMessage());
      node.run("ip", "netns", "del", sandbox.netns()).orThrow();
      api.mergeStatus(pod.path(), waitingStatus(String.valueOf(e.getMessage())));
      later(RETRY, () -> start(pod));
    }
  }

  private Optional<String> openPorts(Sandbox sandbox) {
    List<String> doors = sandbox.pod().doors();
    if (doors.isEmpty()) {
      return Optional.empty();
    }
    var argv = new ArrayList<>(List.of(labtool.toString(), "serve"));
    argv.addAll(doors);
    List<String> inside = node.enteringNetns(sandbox.netns(), argv);
    return Optional.of(Program.run(inside, Optional.empty(), Place.SOON).orThrow().out().strip());
  }

  private void stop(PodSpec pod, boolean report) {
    Running known = running.get(pod.uid());
    if (known == null) {
      return;
    }
    if (known.started().isPresent()) {
      Started started = known.started().get();
      started.responderPid().ifPresent(pid -> node.run("kill", "-9", pid));
      try {
        network.detach(started.sandbox());
      } catch (PodNetworkException e) {
        LOG.warn("lab.pod.not_detached", "pod", pod, "node", plan.name(), "why", e.getMessage());
        running.put(
            pod.uid(),
            new Running(pod, Optional.of(new Started(started.sandbox(), Optional.empty()))));
        later(RETRY, () -> stop(pod, report));
        return;
      }
      node.run("ip", "netns", "del", started.sandbox().netns()).orThrow();
    }
    running.remove(pod.uid());
    if (report) {
      api.delete(pod.path(), 0);
    }
    LOG.info("lab.pod.stopped", "pod", pod, "node", plan.name());
  }

  private ObjectNode runningStatus(List<String> addresses) {
    ObjectNode status = status("Running", "True", "");
    ObjectNode inner = status.withObject("/status");
    inner.put("podIP", addresses.getFirst()).put("hostIP", plan.address().toString());
    ArrayNode all = inner.putArray("podIPs");
    addresses.forEach(address -> all.addObject().put("ip", address));
    return status;
  }

  private static ObjectNode waitingStatus(String why) {
    return status("Pending", "False", why);
  }

  private static ObjectNode status(String phase, String ready, String message) {
    ObjectNode object = JSON.createObjectNode();
    ObjectNode status = object.putObject("status").put("phase", phase);
    ObjectNode condition = status.putArray("conditions").addObject();
    condition.put("type", "Ready").put("status", ready);
    if (!message.isEmpty()) {
      condition.put("reason", "FailedCreatePodSandBox").put("message", message);
    }
    return object;
  }

  /** A node is Ready when its network is. */
  private void sayWhetherReady() {
    try {
      boolean ready = network.isReady();
      if (ready != saidReady) {
        ObjectNode change = JSON.createObjectNode();
        ObjectNode condition = change.putObject("status").putArray("conditions").addObject();
        condition.put("type", "Ready").put("status", ready ? "True" : "False");
        condition.put("reason", ready ? "KubeletReady" : "NetworkPluginNotReady");
        api.mergeStatus("/api/v1/nodes/" + plan.name(), change);
        saidReady = ready;
      }
    } catch (RuntimeException e) {
      LOG.error("lab.kubelet.failed", e, "node", plan.name());
    }
  }
}
