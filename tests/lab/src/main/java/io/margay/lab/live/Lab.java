package io.margay.lab.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.lab.api.ApiServer;
import io.margay.lab.api.ClusterServer;
import io.margay.lab.api.EmbeddedServer;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.cluster.ClusterObjects;
import io.margay.lab.cluster.StoredObject;
import io.margay.lab.kubelet.AgentCommand;
import io.margay.lab.kubelet.AgentProcess;
import io.margay.lab.kubelet.Kubelets;
import io.margay.lab.peer.Peers;
import io.margay.lab.place.Labtool;
import io.margay.lab.place.Place;
import io.margay.lab.place.Wiring;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.probe.PodEndpoint;
import io.margay.lab.probe.Prober;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A lab that runs: its machines, routers, API server and kubelets. It lives in the process that
 * builds it, which must have a network, mount and PID namespace of its own.
 */
public final class Lab {
  private static final Duration PROBE_PATIENCE = Duration.ofSeconds(1);

  private final LabPlan plan;
  private final LabFolder folder;
  private final Map<String, Place> places;
  private final ApiServer api;
  private final Kubelets kubelets;
  private final Path labtool;

  private Lab(
      LabPlan plan,
      LabFolder folder,
      Map<String, Place> places,
      ApiServer api,
      Kubelets kubelets,
      Path labtool) {
    this.plan = plan;
    this.folder = folder;
    this.places = Collections.unmodifiableMap(new LinkedHashMap<>(places));
    this.api = api;
    this.kubelets = kubelets;
    this.labtool = labtool;
  }

  /**
   * Builds it all and starts the agents; they are not waited for.
   *
   * @param choice which API server
   * @param command how agents are started; empty: none are
   */
  public static Lab build(
      LabPlan plan,
      LabFolder folder,
      ApiChoice choice,
      Optional<AgentCommand> command,
      Progress progress) {
    Path labtool = Labtool.in(LabFolder.programs());
    Map<String, Place> places = openPlaces(plan, folder, labtool);
    Wiring.build(plan, places);
    progress.say(
        places.size()
            + " machines on "
            + plan.subnets().size()
            + " switches, a router between them");
    new Peers(plan, places).start();
    progress.say("FRR, GoBGP and BIRD run");
    var api = new ApiServer(server(plan, choice, folder, progress));
    writeKubeconfig(api, folder);
    for (StoredObject object : ClusterObjects.of(plan)) {
      if (object.object().has("status")) {
        api.applyWithStatus(object.kind(), object.object());
      } else {
        api.apply(object.kind(), object.object());
      }
    }
    progress.say(
        choice.words() + " serves at " + plan.management().ip() + ", port " + LabPlan.API_PORT);
    var kubelets = new Kubelets(plan, places, api, labtool, command, folder.kubeconfig());
    var lab = new Lab(plan, folder, places, api, kubelets, labtool);
    if (command.isPresent()) {
      kubelets.startAgents();
      progress.say(plan.margayNodes().size() + " agents started");
    }
    return lab;
  }

  private static Map<String, Place> openPlaces(LabPlan plan, LabFolder folder, Path labtool) {
    var names = new ArrayList<>(List.of(LabPlan.ROUTER, LabPlan.WATCHER));
    plan.nodes().forEach(node -> names.add(node.name()));
    var places = new LinkedHashMap<String, Place>();
    for (String name : names) {
      Path directory = folder.place(name);
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(directory + " cannot be made", e);
      }
      Place place = Place.open(name, directory, labtool);
      places.put(name, place);
      if (plan.node(name).filter(NodePlan::runsMargay).isPresent()) {
        addPlugins(place);
      }
    }
    return places;
  }

  /** The plugins that a node has besides its network's own. */
  private static void addPlugins(Place place) {
    place
        .run(
            "sh",
            "-ec",
            "mkdir -p /opt/cni/bin /etc/cni/net.d; for p in loopback portmap bandwidth; do ln -s"
                + " /usr/lib/cni/$p /opt/cni/bin/$p; done")
        .orThrow();
  }

  private static InetAddress apiAddress(LabPlan plan) {
    try {
      return InetAddress.getByAddress(plan.management().ip().toBytes());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("its bytes are an address", e);
    }
  }

  private static ClusterServer server(
      LabPlan plan, ApiChoice choice, LabFolder folder, Progress progress) {
    return switch (choice) {
      case EMBEDDED -> new EmbeddedServer(apiAddress(plan), LabPlan.API_PORT);
      case REAL -> RealApi.start(plan, folder, progress);
    };
  }

  private static void writeKubeconfig(ApiServer api, LabFolder folder) {
    try {
      Files.writeString(folder.kubeconfig(), api.kubeconfig());
      Files.setPosixFilePermissions(
          folder.kubeconfig(), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public LabPlan plan() {
    return plan;
  }

  public LabFolder folder() {
    return folder;
  }

  public ApiServer api() {
    return api;
  }

  public Map<String, Place> places() {
    return places;
  }

  /**
   * The place of this name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException(
          "no place \"" + name + "\"; there are " + String.join(", ", places.keySet()));
    }
    return place;
  }

  /** The agents by node; empty when none were started. */
  public Map<String, AgentProcess> agents() {
    return kubelets.agents();
  }

  /** The network namespace of a running pod on its node. */
  public Optional<String> netns(PodEndpoint pod) {
    return kubelets.netns(pod.node(), pod.uid());
  }

  /** Whether kubelet says that a node is Ready. */
  public boolean isReady(String node) {
    for (JsonNode condition :
        api.get("/api/v1/nodes/" + node).orElseThrow().path("status").path("conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** All pods that run, by namespace and name. */
  public List<PodEndpoint> pods() {
    return api.list(ResourceKind.POD).stream()
        .flatMap(pod -> PodEndpoint.of(pod).stream())
        .sorted(Comparator.comparing(PodEndpoint::toString))
        .toList();
  }

  public Prober prober() {
    return new Prober(places, kubelets::netns, labtool, PROBE_PATIENCE);
  }
}
