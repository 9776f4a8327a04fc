package io.margay.e2e;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.cluster.AuditLog;
import io.margay.cluster.ControlPlane;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.ObjectStore;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.client.KubeApi;
import io.margay.kube.lease.LeaseRecord;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.DefaultObjects;
import io.margay.kube.status.NewPool;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.store.LeaseStore;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.PodKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's account, its roles from the chart, and the audit log: everything that kube-state can
 * ask is allowed, and what the role allows besides is known.
 */
class RightsTest {
  private static final String AGENT = "system:serviceaccount:kube-system:calico-node";
  private static final String CALICO = "crd.projectcalico.org";

  /** Rights of Calico's role that nothing of ours uses, by what will: the role stays Calico's. */
  private static final Map<String, Set<String>> UNUSED =
      Map.ofEntries(
          entry(
              "Calico's own policies, tiers and host endpoints",
              Set.of(
                  "get,list,watch globalnetworkpolicies." + CALICO,
                  "get,list,watch globalnetworksets." + CALICO,
                  "get,list,watch hostendpoints." + CALICO,
                  "get,list,watch networkpolicies." + CALICO,
                  "get,list,watch networksets." + CALICO,
                  "get,list,watch stagedglobalnetworkpolicies." + CALICO,
                  "get,list,watch stagedkubernetesnetworkpolicies." + CALICO,
                  "get,list,watch stagednetworkpolicies." + CALICO,
                  "create,get,list,watch tiers." + CALICO,
                  "list,watch clusternetworkpolicies.policy.networking.k8s.io")),
          entry(
              "single reads of what is watched, watches of what is read singly",
              Set.of(
                  "get bgpfilters." + CALICO,
                  "get,watch ipreservations." + CALICO,
                  "list,watch ipamconfigs." + CALICO)),
          entry(
              "reflectors for large clusters",
              Set.of("create,get,update bgppeers." + CALICO, "update bgpconfigurations." + CALICO)),
          entry(
              "completing what an older version has left",
              Set.of("get,update ippools." + CALICO, "update felixconfigurations." + CALICO)),
          entry("waiting for the end of a rollout", Set.of("get daemonsets.apps")),
          entry(
              "advertising services",
              Set.of(
                  "get,list,watch services",
                  "get,list,watch endpoints",
                  "list,watch endpointslices.discovery.k8s.io")),
          entry(
              "node status objects", Set.of("get,list,update,watch caliconodestatuses." + CALICO)),
          entry(
              "installing the kubeconfig of other plugins", Set.of("create serviceaccounts/token")),
          entry("the API server's address before kube-proxy runs", Set.of("get configmaps")),
          entry(
              "live migration of virtual machines",
              Set.of("get,list,watch virtualmachineinstancemigrations.kubevirt.io")));

  @Test
  void nothingIsDeniedAndWhatIsUnusedIsKnown(@TempDir Path folder) throws Exception {
    try (ControlPlane plane = RealCluster.start(folder)) {
      furnish(plane);
      try (var agent = new Agent(plane, folder)) {
        agent.synced();
        ask(agent.api());
      }
      List<AuditLog.Request> requests =
          plane.audit().requests().stream()
              .filter(request -> request.user().equals(AGENT))
              .toList();
      assertThat(requests).isNotEmpty().allMatch(AuditLog.Request::allowed);
      Set<String> used =
          requests.stream()
              .map(request ->
                  request.verb() + " " + resource(request.roleResource(), request.group()))
              .collect(Collectors.toSet());
      var unused = granted(plane);
      unused.removeAll(used);
      assertThat(together(unused))
          .containsExactlyInAnyOrderElementsOf(
              UNUSED.values().stream().flatMap(Set::stream).toList());
    }
  }

  private static String resource(String name, String group) {
    return group.isEmpty() ? name : name + "." + group;
  }

  /** What Calico's role allows: a verb and a resource each. */
  private static Set<String> granted(ControlPlane plane) throws Exception {
    JsonNode role =
        Api.json(
            plane.kubectl().run("get", "clusterrole", "calico-node", "-o", "json").orThrow().out());
    var granted = new TreeSet<String>();
    for (JsonNode rule : role.path("rules")) {
      for (JsonNode group : rule.path("apiGroups")) {
        for (JsonNode resource : rule.path("resources")) {
          for (JsonNode verb : rule.path("verbs")) {
            granted.add(verb.asText() + " " + resource(resource.asText(), group.asText()));
          }
        }
      }
    }
    return granted;
  }

  /** {@code get pods} and {@code list pods} as {@code get,list pods}. */
  private static Set<String> together(Set<String> rights) {
    var verbs = new TreeMap<String, TreeSet<String>>();
    for (String right : rights) {
      int blank = right.indexOf(' ');
      verbs
          .computeIfAbsent(right.substring(blank + 1), _ -> new TreeSet<>())
          .add(right.substring(0, blank));
    }
    return verbs.entrySet().stream()
        .map(each -> String.join(",", each.getValue()) + " " + each.getKey())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static void furnish(ControlPlane plane) throws Exception {
    Wait.until(
        "the namespace has its account",
        () -> plane.kubectl().run("get", "serviceaccount", "default").succeeded());
    plane
        .kubectl()
        .feed(
            """
            {apiVersion: v1, kind: List, items: [
             {apiVersion: v1, kind: Node, metadata: {name: east}},
             {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: default},
              spec: {nodeName: east, containers: [{name: c, image: none}]}}]}
            """,
            "create",
            "-f",
            "-")
        .orThrow();
  }

  /** Everything that kube-state can ask, once. */
  private static void ask(KubeApi api) {
    var store = new KubeBlockStore(api);
    Prefix cidr = Prefix.of("10.0.1.64/30");
    Affinity affinity = Affinity.of(Specimens.NODE, cidr, Affinity.State.PENDING);
    Block block = Specimens.block(cidr.toString());
    live(store.blocks(), block, block.cidr());
    live(store.affinities(), affinity, affinity.key());
    live(store.handles(), Handle.of("k8s-pod-network.0A", Map.of(cidr, 1)), "k8s-pod-network.0A");
    store.affinitiesOf(Specimens.NODE);
    store.config();
    store.reservations();

    var node = new NodeStatusWriter(api, new NodeName("east"));
    node.annotate(Map.of("projectcalico.org/IPv4Address", Optional.of("192.0.2.1/24")));
    node.networkUp(Instant.now());
    var pod = new PodKey("default", "web");
    new PodStatusWriter(api).addressed(pod, "", List.of(Ip.of("10.0.1.64")), "sandbox");
    new PodStatusWriter(api).cleared(pod, "sandbox");

    var reads = new ClusterReads(api);
    reads.pod(pod);
    reads.namespace("default");
    reads.node(new NodeName("east"));
    var objects = new DefaultObjects(api, new Random(1));
    objects.ensurePool(
        new NewPool(
            NewPool.DEFAULT_IPV4,
            Prefix.of("10.0.0.0/16"),
            26,
            IpPool.Encapsulation.ALWAYS,
            IpPool.Encapsulation.NEVER,
            true,
            "all()",
            false));
    objects.ensureFelixConfiguration();
    objects.ensureBgpConfiguration();
    objects.ensureClusterInformation(List.of("k8s"), "v3.32.1");
    objects.ensureClusterInformation(List.of("bgp"), "v3.32.1");
    reads.clusterInformation();

    var lease = new LeaseStore(api, new ObjectKey("kube-system", "margay-chores"));
    var mine = new LeaseRecord("east", Duration.ofSeconds(10), Instant.now(), 0, "");
    lease.replace(lease.create(mine).orElseThrow());
    lease.get();
  }

  private static <K, T> void live(ObjectStore<K, T> objects, T value, K key) {
    Stored<T> stored = ((WriteOutcome.Written<T>) objects.create(value)).stored();
    objects.get(key);
    objects.list();
    stored = ((WriteOutcome.Written<T>) objects.update(value, stored.revision())).stored();
    objects.delete(key, stored.revision());
  }
}
