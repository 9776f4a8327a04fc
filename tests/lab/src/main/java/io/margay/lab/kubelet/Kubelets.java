package io.margay.lab.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.lab.api.ApiEvent;
import io.margay.lab.api.ApiServer;
import io.margay.lab.cluster.BirdBlock;
import io.margay.lab.place.Place;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The kubelets of all nodes, and the agents that they keep running. */
public final class Kubelets {
  /** Sandboxes that are made at the same time; more would only wait for each other here. */
  private static final int WORKERS = 6;

  private final ScheduledExecutorService workers =
      Executors.newScheduledThreadPool(
          WORKERS, Thread.ofPlatform().daemon().name("kubelet-", 0).factory());
  private final Map<String, Kubelet> kubelets = new LinkedHashMap<>();
  private final Map<String, AgentProcess> agents = new LinkedHashMap<>();

  /**
   * Stands in for the kubelet of every node; pods are seen from now on.
   *
   * @param command how agents are started; empty: no agents, and Margay nodes never get ready
   */
  public Kubelets(
      LabPlan plan,
      Map<String, Place> places,
      ApiServer api,
      Path labtool,
      Optional<AgentCommand> command,
      Path kubeconfig) {
    for (NodePlan node : plan.nodes()) {
      Place place = place(places, node);
      PodNetwork network =
          node.runsMargay()
              ? new CniNetwork(place)
              : new StaticNetwork(
                  place,
                  api,
                  plan.birdBlocks().stream()
                      .map(cidr -> BirdBlock.empty(node.name(), cidr))
                      .toList());
      kubelets.put(node.name(), new Kubelet(node, place, network, api, labtool, workers));
      if (node.runsMargay() && command.isPresent()) {
        var argv = command.get().argv(node.name(), kubeconfig.toString(), plan.families());
        agents.put(node.name(), new AgentProcess(place, argv, workers));
      }
    }
    api.onPodEvent(this::event);
  }

  private static Place place(Map<String, Place> places, NodePlan node) {
    Place place = places.get(node.name());
    if (place == null) {
      throw new IllegalStateException("the lab has no place " + node.name());
    }
    return place;
  }

  /** Starts all agents at once. */
  public void startAgents() {
    agents.values().forEach(AgentProcess::start);
  }

  /** The agents by node, in the plan's order. */
  public Map<String, AgentProcess> agents() {
    return Collections.unmodifiableMap(agents);
  }

  /** The network namespace, on its node, of a pod that runs. */
  public Optional<String> netns(String node, String podUid) {
    return Optional.ofNullable(kubelets.get(node)).flatMap(kubelet -> kubelet.netns(podUid));
  }

  private void event(ApiEvent event) {
    JsonNode pod = event.object();
    Kubelet kubelet = kubelets.get(pod.path("spec").path("nodeName").asText());
    if (kubelet == null) {
      return;
    }
    if (event.type() == ApiEvent.Type.DELETED) {
      kubelet.podGone(pod);
    } else {
      kubelet.podChanged(pod);
    }
  }
}
