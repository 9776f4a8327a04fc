package io.margay.lab.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.lab.demo.Demo;
import io.margay.lab.kubelet.AgentCommand;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.live.ApiDeed;
import io.margay.lab.live.Applier;
import io.margay.lab.live.Lab;
import io.margay.lab.live.LabFolder;
import io.margay.lab.live.Progress;
import io.margay.lab.live.StatusTable;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.probe.PodEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The process that holds a lab: builds it at the first request, then does what it is asked. */
public final class LabDaemon {
  private static final Duration PODS_START = Duration.ofSeconds(60);
  private static final Duration NODES_GET_READY = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(50);

  private final LabFolder folder;
  private final ApiChoice api;
  private final LabPlan plan;
  private final Optional<AgentCommand> command;
  private @Nullable Lab lab;

  private LabDaemon(LabFolder folder, ApiChoice api, LabPlan plan, Optional<AgentCommand> command) {
    this.folder = folder;
    this.api = api;
    this.plan = plan;
    this.command = command;
  }

  /** Serves a lab's socket for as long as the process lives. */
  public static void serve(
      LabFolder folder, ApiChoice api, LabPlan plan, Optional<AgentCommand> command) {
    var daemon = new LabDaemon(folder, api, plan, command);
    new LabServer(folder.socket(), daemon::run).serve();
  }

  private int run(JsonNode request, Progress progress) throws InterruptedException {
    String verb = request.path("verb").asText();
    if (verb.equals("up")) {
      return up(progress);
    }
    if (verb.equals("demo")) {
      return demo(request, progress);
    }
    Lab running = running();
    boolean good =
        switch (verb) {
          case "status" -> {
            new StatusTable(running).lines().forEach(progress::say);
            yield true;
          }
          case "where" -> {
            where(running, request.path("target").asText()).forEach(progress::say);
            yield true;
          }
          case "api" -> {
            api(running, ApiDeed.named(request.path("deed").asText()));
            yield true;
          }
          case "apply" ->
              new Applier(running.api(), progress).apply(files(request), _ -> true, PODS_START);
          case "delete" -> new Applier(running.api(), progress).delete(files(request), PODS_START);
          default -> {
            progress.say("the lab knows no verb \"" + verb + "\"");
            yield false;
          }
        };
    return good ? 0 : 1;
  }

  private synchronized Lab running() {
    if (lab == null) {
      throw new IllegalStateException("the lab is not built yet");
    }
    return lab;
  }

  private synchronized Lab build(Progress progress) {
    if (lab == null) {
      lab = Lab.build(plan, folder, api, command, progress);
    }
    return lab;
  }

  private int demo(JsonNode request, Progress progress) throws InterruptedException {
    List<String> findings = new Demo(files(request), progress).run(this::build);
    findings.forEach(finding -> progress.say("not as expected: " + finding));
    return findings.isEmpty() ? 0 : 1;
  }

  private int up(Progress progress) throws InterruptedException {
    Lab built = build(progress);
    if (command.isEmpty()) {
      return 0;
    }
    List<String> waiting =
        new ArrayList<>(built.plan().margayNodes().stream().map(node -> node.name()).toList());
    long deadline = System.nanoTime() + NODES_GET_READY.toNanos();
    while (!waiting.isEmpty() && System.nanoTime() < deadline) {
      waiting.removeIf(built::isReady);
      Thread.sleep(LOOK);
    }
    if (waiting.isEmpty()) {
      progress.say("all nodes are Ready");
      return 0;
    }
    for (String node : waiting) {
      progress.say(
          "%s is not Ready after %d s; its agent's log: %s"
              .formatted(
                  node, NODES_GET_READY.toSeconds(), folder.place(node).resolve("log/agent.log")));
    }
    return 1;
  }

  /** What to put before a command that is to run in a place or, as namespace/pod, in a pod. */
  private static List<String> where(Lab lab, String target) {
    if (target.equals(LabPlan.CONTROL)) {
      return List.of(
          "nsenter", "-t", Long.toString(ProcessHandle.current().pid()), "-m", "-p", "-n", "--");
    }
    if (!target.contains("/")) {
      return lab.place(target).entering(List.of());
    }
    PodEndpoint pod =
        lab.pods().stream()
            .filter(each -> each.toString().equals(target))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no pod " + target + " runs"));
    String netns =
        lab.netns(pod).orElseThrow(() -> new IllegalArgumentException(target + " is starting"));
    return lab.place(pod.node()).enteringNetns(netns, List.of());
  }

  /** One at a time: the parts of a control plane are no one else's meanwhile. */
  private synchronized void api(Lab lab, ApiDeed deed) throws InterruptedException {
    deed.doTo(
        lab.api()
            .plane()
            .orElseThrow(() ->
                new IllegalStateException("the embedded API server is no process: --api real")));
  }

  private static Map<String, String> files(JsonNode request) {
    var files = new LinkedHashMap<String, String>();
    request.path("files").properties().forEach(e -> files.put(e.getKey(), e.getValue().asText()));
    return files;
  }
}
