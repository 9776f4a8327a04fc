package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.cluster.ControlPlane;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.lease.LeaseRecord;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.DefaultObjects;
import io.margay.kube.status.Lookup;
import io.margay.kube.status.NewPool;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.store.KubeBlockStore;
import io.margay.kube.store.LeaseStore;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamWriter;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.PodKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * kube-state under the agent's account, in a cluster whose CRDs keep only what they name: a field
 * of ours that they do not name would not come back. Each test has objects of its own.
 */
class KubeStateTest {
  @TempDir static Path folder;
  private static ControlPlane plane;
  private static Agent agent;
  private static KubeBlockStore store;

  @BeforeAll
  static void start() throws Exception {
    plane = RealCluster.startStrict(folder);
    agent = new Agent(plane, folder).synced();
    store = new KubeBlockStore(agent.api());
  }

  @AfterAll
  static void end() {
    if (agent != null) {
      agent.close();
    }
    if (plane != null) {
      plane.close();
    }
  }

  private static void create(String yaml) {
    plane.kubectl().feed(yaml, "create", "-f", "-").orThrow();
  }

  private static String kubectl(String... arguments) {
    return plane.kubectl().run(arguments).orThrow().out();
  }

  private static <T> Stored<T> written(WriteOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    return ((WriteOutcome.Written<T>) outcome).stored();
  }

  @Test
  void blockIsStoredAsItWasSentAndGoesInTwoSteps() {
    Block block = Specimens.block("10.0.1.64/30");
    Stored<Block> first = written(store.blocks().create(block));
    assertThat(first.value()).isEqualTo(block);
    assertThat(store.blocks().get(block.cidr())).contains(first);
    assertThat(store.blocks().create(block)).isEqualTo(new WriteOutcome.AlreadyExists<Block>());
    Stored<Block> marked = written(store.blocks().update(block.markedDeleted(), first.revision()));
    assertThat(marked.value()).isEqualTo(block.markedDeleted());
    assertThat(store.blocks().update(block, first.revision()))
        .isEqualTo(new WriteOutcome.Conflict<Block>());
    assertThat(store.blocks().delete(block.cidr(), first.revision()))
        .isEqualTo(DeleteOutcome.CONFLICT);
    assertThat(store.blocks().delete(block.cidr(), marked.revision()))
        .isEqualTo(DeleteOutcome.DELETED);
    assertThat(store.blocks().delete(block.cidr(), marked.revision()))
        .isEqualTo(DeleteOutcome.NOT_FOUND);
    assertThat(store.blocks().update(block, marked.revision()))
        .isEqualTo(new WriteOutcome.NotFound<Block>());
  }

  @Test
  void blockMadeAnewUnderTheSameNameIsNotDeleted() {
    Block block = Specimens.block("10.0.2.64/30");
    Stored<Block> old = written(store.blocks().create(block));
    assertThat(store.blocks().delete(block.cidr(), old.revision()))
        .isEqualTo(DeleteOutcome.DELETED);
    written(store.blocks().create(block));
    assertThat(store.blocks().delete(block.cidr(), old.revision()))
        .isEqualTo(DeleteOutcome.CONFLICT);
    assertThat(store.blocks().update(block, old.revision()))
        .isEqualTo(new WriteOutcome.Conflict<Block>());
  }

  /** Word for word, besides what the records say: required fields that nobody reads, too. */
  @Test
  void specsAreStoredAsTheyWereSent() throws Exception {
    Block block = Specimens.block("10.0.7.64/30");
    written(store.blocks().create(block));
    var affinity = Affinity.of(Owner.host("word"), block.cidr(), Affinity.State.PENDING);
    written(store.affinities().create(affinity));
    var handle = Handle.of("k8s-pod-network.word", Map.of(block.cidr(), 2));
    written(store.handles().create(handle));
    IpamConfig config = store.config();
    Map<ObjectPath, Map<String, Object>> sent =
        Map.of(
            new ObjectPath(Kind.IPAM_BLOCK, IpamWriter.name(block.cidr())),
            IpamWriter.spec(block),
            new ObjectPath(Kind.BLOCK_AFFINITY, IpamWriter.name(affinity.key())),
            IpamWriter.spec(affinity),
            new ObjectPath(Kind.IPAM_HANDLE, IpamWriter.handleName(handle.id())),
            IpamWriter.spec(handle),
            new ObjectPath(Kind.IPAM_CONFIG, "default"),
            IpamWriter.spec(config));
    var api = new Api(agent.api());
    for (var object : sent.entrySet()) {
      assertThat(api.get(object.getKey().path()).done().at("/spec"))
          .as("%s", object.getKey())
          .isEqualTo(Api.json(Json.text(object.getValue())));
    }
  }

  private record ObjectPath(Kind kind, String name) {
    String path() {
      return kind.path(ObjectKey.cluster(name));
    }
  }

  /** More than two pages: the last one is not full, and the one before says where it begins. */
  @Test
  void listsOfManyPagesAreWhole() throws Exception {
    int count = 1100;
    var many = Owner.host("many");
    var creates = new ArrayList<CompletableFuture<?>>();
    try (var threads = Executors.newFixedThreadPool(16)) {
      for (int i = 0; i < count; i++) {
        Prefix cidr = Prefix.of("10.%d.%d.0/26".formatted(64 + (i >> 8), i & 0xff));
        var affinity = Affinity.of(many, cidr, Affinity.State.CONFIRMED);
        creates.add(
            CompletableFuture.runAsync(
                () -> written(store.affinities().create(affinity)), threads));
      }
      creates.forEach(CompletableFuture::join);
    }
    assertThat(store.affinities().list())
        .filteredOn(stored -> stored.value().key().owner().equals(many))
        .hasSize(count);
    try (var second = new Agent(plane, folder.resolve("second")).synced()) {
      second.awaitImage(
          "its first list has them",
          image ->
              image.blockAffinities().values().stream()
                      .filter(affinity -> affinity.key().owner().equals(many))
                      .count()
                  == count);
    }
  }

  @Test
  void affinitiesAreFoundByTheirLabels() {
    var mine = Owner.host("labelled");
    Prefix cidr = Prefix.of("10.0.4.0/26");
    Affinity pending = Affinity.of(mine, cidr, Affinity.State.PENDING);
    Stored<Affinity> first = written(store.affinities().create(pending));
    assertThat(first.value()).isEqualTo(pending);
    written(
        store.affinities().create(Affinity.of(Owner.host("other"), cidr, Affinity.State.PENDING)));
    Stored<Affinity> confirmed =
        written(store.affinities().update(pending.in(Affinity.State.CONFIRMED), first.revision()));
    assertThat(store.affinitiesOf(mine)).as("all looked through").containsExactly(confirmed);
    assertThat(store.affinitiesOf(mine)).as("selected").containsExactly(confirmed);
    assertThat(store.affinities().delete(pending.key(), confirmed.revision()))
        .isEqualTo(DeleteOutcome.DELETED);
    assertThat(store.affinitiesOf(mine)).isEmpty();
  }

  @Test
  void handleKeepsTheCaseOfItsId() {
    var handle = Handle.of("k8s-pod-network.0A", Map.of(Prefix.of("10.0.5.0/26"), 2));
    Stored<Handle> first = written(store.handles().create(handle));
    assertThat(store.handles().get(handle.id())).contains(first);
    var fewer = Handle.of(handle.id(), Map.of(Prefix.of("10.0.5.0/26"), 1));
    Stored<Handle> second = written(store.handles().update(fewer, first.revision()));
    assertThat(second.value()).isEqualTo(fewer);
    assertThat(store.handles().delete(handle.id(), second.revision()))
        .isEqualTo(DeleteOutcome.DELETED);
  }

  @Test
  void configIsMadeByWhoeverAsksFirst() {
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
    assertThat(store.reservations()).isEmpty();
  }

  @Test
  void nodeSaysItsAddressAndThatItsNetworkIsUp() throws Exception {
    create("{apiVersion: v1, kind: Node, metadata: {name: told, annotations: {other: kept}}}");
    var name = new NodeName("told");
    var writer = new NodeStatusWriter(agent.api(), name);
    Map<String, Optional<String>> address =
        Map.of("projectcalico.org/IPv4Address", Optional.of("192.0.2.1/24"));
    assertThat(writer.annotate(address)).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    assertThat(writer.annotate(address)).isEqualTo(NodeStatusWriter.Outcome.UNCHANGED);
    Instant now = Instant.now();
    assertThat(writer.networkUp(now)).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    agent.awaitImage(
        "the image has the node's address",
        image ->
            image.nodes().containsKey(name)
                && image.nodes().get(name).toString().contains("192.0.2.1"));
    assertThat(kubectl("get", "node", "told", "-o", "jsonpath={.metadata.annotations.other}"))
        .isEqualTo("kept");
    String condition = "jsonpath={.status.conditions[?(@.type==\"NetworkUnavailable\")].status}";
    assertThat(kubectl("get", "node", "told", "-o", condition)).isEqualTo("False");
    assertThat(writer.networkDown(now)).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    assertThat(kubectl("get", "node", "told", "-o", condition)).isEqualTo("True");
    assertThat(new NodeStatusWriter(agent.api(), new NodeName("nobody")).annotate(address))
        .isEqualTo(NodeStatusWriter.Outcome.NO_NODE);
    assertThat(new NodeStatusWriter(agent.api(), new NodeName("nobody")).networkUp(now))
        .isEqualTo(NodeStatusWriter.Outcome.NO_NODE);
  }

  @Test
  void podGetsItsAddressesAndLosesThemWithItsSandbox() throws Exception {
    Wait.until(
        "the namespace has its account",
        () -> plane.kubectl().run("get", "serviceaccount", "default").succeeded());
    create(
        """
        {apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {nodeName: east,
         containers: [{name: c, image: none}]}}
        """);
    var pod = new PodKey("default", "web");
    String uid = kubectl("get", "pod", "web", "-o", "jsonpath={.metadata.uid}");
    var writer = new PodStatusWriter(agent.api());
    List<Ip> ips = List.of(Ip.of("10.0.6.1"));
    assertThat(writer.addressed(pod, "11111111-2222-3333-4444-555555555555", ips, "old"))
        .isEqualTo(PodStatusWriter.Outcome.OTHER_POD);
    assertThat(writer.addressed(pod, uid, ips, "sandbox"))
        .isEqualTo(PodStatusWriter.Outcome.WRITTEN);
    agent.awaitImage(
        "the image has the pod's address",
        image ->
            image.pods().containsKey(pod) && image.pods().get(pod).toString().contains("10.0.6.1"));
    assertThat(writer.cleared(pod, "old")).isEqualTo(PodStatusWriter.Outcome.OTHER_SANDBOX);
    assertThat(writer.cleared(pod, "sandbox")).isEqualTo(PodStatusWriter.Outcome.WRITTEN);
    assertThat(new ClusterReads(agent.api()).pod(pod)).isInstanceOf(Lookup.Found.class);
    kubectl("delete", "pod", "web", "--force");
    assertThat(writer.cleared(pod, "sandbox")).isEqualTo(PodStatusWriter.Outcome.NO_POD);
    assertThat(writer.addressed(pod, uid, ips, "sandbox"))
        .isEqualTo(PodStatusWriter.Outcome.NO_POD);
    agent.awaitImage("the image forgets the pod", image -> !image.pods().containsKey(pod));
  }

  @Test
  void freshClusterGetsItsObjectsOnce() throws Exception {
    var objects = new DefaultObjects(agent.api(), new Random(1));
    var pool =
        new NewPool(
            NewPool.DEFAULT_IPV4,
            Prefix.of("10.0.0.0/16"),
            26,
            IpPool.Encapsulation.ALWAYS,
            IpPool.Encapsulation.NEVER,
            true,
            "all()",
            true);
    for (boolean first : List.of(true, false)) {
      assertThat(objects.ensurePool(pool)).isEqualTo(first);
      assertThat(objects.ensureBgpConfiguration()).isEqualTo(first);
      assertThat(objects.ensureFelixConfiguration()).isEqualTo(first);
      assertThat(objects.ensureClusterInformation(List.of("k8s", "bgp"), "v3.32.1"))
          .isEqualTo(first);
    }
    assertThat(objects.ensureClusterInformation(List.of("margay"), "v3.32.1")).isTrue();
    assertThat(new ClusterReads(agent.api()).clusterInformation()).isInstanceOf(Lookup.Found.class);
    agent.awaitImage(
        "the image has the pool", image -> image.ipPools().containsKey(NewPool.DEFAULT_IPV4));
    assertThat(spec("ippool", NewPool.DEFAULT_IPV4))
        .isEqualTo(
            Api.json(
                """
                {cidr: 10.0.0.0/16, vxlanMode: Never, ipipMode: Always, natOutgoing: true,
                 disableBGPExport: true, blockSize: 26, nodeSelector: all(),
                 allowedUses: [Workload, Tunnel], assignmentMode: Automatic}
                """));
    assertThat(spec("felixconfiguration", "default"))
        .isEqualTo(
            Api.json("{logSeverityScreen: Info, reportingInterval: 0s, nftablesMode: Auto}"));
    assertThat(spec("bgpconfiguration", "default"))
        .as("sent empty: the defaults of the schema")
        .isEqualTo(Api.json("{logSeverityScreen: Info, serviceLoadBalancerAggregation: Enabled}"));
    ObjectNode information = spec("clusterinformation", "default").deepCopy();
    assertThat(information.remove("clusterGUID").asText()).hasSize(32);
    assertThat(information)
        .isEqualTo(
            Api.json(
                "{calicoVersion: v3.32.1, clusterType: 'k8s,bgp,margay', datastoreReady: true}"));
  }

  private static JsonNode spec(String resource, String name) {
    return Api.json(kubectl("get", resource, name, "-o", "json")).at("/spec");
  }

  @Test
  void leaseIsTakenByOneOfTwo() {
    var lease = new LeaseStore(agent.api(), new ObjectKey("kube-system", "margay-chores"));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    var mine = new LeaseRecord("east", Duration.ofSeconds(10), now, 0, "");
    LeaseRecord stored = lease.create(mine).orElseThrow();
    assertThat(stored.storedAs("")).isEqualTo(mine);
    assertThat(lease.create(mine)).as("the second one").isEmpty();
    LeaseRecord renewed = lease.replace(stored).orElseThrow();
    assertThat(lease.get()).contains(renewed);
    assertThat(lease.replace(stored.storedAs("1"))).as("an old version").isEmpty();
  }
}
