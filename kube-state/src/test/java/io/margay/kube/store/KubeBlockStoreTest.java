package io.margay.kube.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.ObjectStore;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Reservation;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import io.margay.kube.Golden;
import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("golden")
class KubeBlockStoreTest {
  private static final String ROOT = "/apis/crd.projectcalico.org/v1/";
  private static final Prefix CIDR = Prefix.of("10.0.1.64/30");
  private static final Owner NODE_A = Owner.host("node-a");

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final KubeBlockStore store = new KubeBlockStore(api);

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private static Block block() {
    var attributes =
        new Block.Attributes(
            Optional.of("k8s-pod-network.0A"),
            Map.of(
                "pod", "web-1",
                "namespace", "shop",
                "node", "node-a",
                "timestamp", "2026-01-01 00:00:00 +0000 UTC"),
            Map.of());
    var tunnel =
        new Block.Attributes(
            Optional.of("ipip-tunnel-addr-node-a"),
            Map.of("node", "node-a", "type", "ipipTunnelAddress"),
            Map.of("pod", "web-2"));
    return new Block(
        CIDR,
        Optional.of(NODE_A),
        Optional.of(Instant.parse("2026-01-01T00:00:00.123456Z")),
        List.of(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.of(0), OptionalInt.empty()),
        List.of(3, 1),
        List.of(attributes, tunnel),
        1767225600000000002L,
        Map.of(0, 1767225600000000000L, 2, 1767225600000000001L),
        false);
  }

  private static <T> Stored<T> written(WriteOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(WriteOutcome.Written.class);
    return ((WriteOutcome.Written<T>) outcome).stored();
  }

  private static <K, T> Stored<T> readBack(ObjectStore<K, T> objects, K key) {
    return objects.get(key).orElseThrow();
  }

  private void compareLastBody(String name) throws IOException {
    String body = server.requests().getLast().body();
    Golden.compare(Path.of("src/test/golden/store", name + ".json"), body + "\n");
  }

  // IPAMBlock, stored form
  @Test
  void blockIsWrittenAsCalicoDoes() throws IOException {
    Stored<Block> stored = written(store.blocks().create(block()));
    compareLastBody("block");
    assertThat(server.requests().getLast().path()).isEqualTo(ROOT + "ipamblocks");
    assertThat(readBack(store.blocks(), CIDR)).isEqualTo(stored);
    assertThat(stored.value().attributes()).isEqualTo(block().attributes());
  }

  // a block that its owner left
  @Test
  void blockWithoutAnOwnerHasNoAffinityAtAll() throws IOException {
    Stored<Block> first = written(store.blocks().create(block()));
    Block before = first.value();
    var after =
        new Block(
            CIDR,
            Optional.empty(),
            Optional.empty(),
            List.of(
                OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
            List.of(3, 1, 0, 2),
            List.of(),
            before.sequenceNumber() + 1,
            Map.of(),
            false);
    Stored<Block> second = written(store.blocks().update(after, first.revision()));
    assertThat(second.value()).isEqualTo(after);
    compareLastBody("block-left");
  }

  // BlockAffinity: labels since 3.31, deleted is a text
  @Test
  void affinityIsWrittenAsCalicoDoes() throws IOException {
    var affinity = Affinity.of(NODE_A, CIDR, Affinity.State.PENDING);
    Stored<Affinity> stored = written(store.affinities().create(affinity));
    compareLastBody("affinity");
    assertThat(stored.value()).isEqualTo(affinity);
    written(store.affinities().update(stored.value().markedDeleted(), stored.revision()));
    compareLastBody("affinity-deleted");
  }

  // IPAMHandle: the name is lower case, the id is not
  @Test
  void handleIsWrittenAsCalicoDoes() throws IOException {
    var handle = Handle.of("k8s-pod-network.0A", Map.of(CIDR, 2, Prefix.of("fd00:1::40/122"), 1));
    Stored<Handle> stored = written(store.handles().create(handle));
    compareLastBody("handle");
    assertThat(stored.value()).isEqualTo(handle);
    assertThat(server.at(ROOT + "ipamhandles/k8s-pod-network.0a")).isPresent();
    assertThat(readBack(store.handles(), "k8s-pod-network.0A")).isEqualTo(stored);
  }

  @Test
  void secondCreateAndOldRevisionsAreValues() {
    Stored<Block> first = written(store.blocks().create(block()));
    assertThat(store.blocks().create(block())).isEqualTo(new WriteOutcome.AlreadyExists<Block>());
    Stored<Block> second = written(store.blocks().update(first.value(), first.revision()));
    assertThat(store.blocks().update(first.value(), first.revision()))
        .isEqualTo(new WriteOutcome.Conflict<Block>());
    assertThat(store.blocks().delete(CIDR, first.revision())).isEqualTo(DeleteOutcome.CONFLICT);
    assertThat(store.blocks().delete(CIDR, second.revision())).isEqualTo(DeleteOutcome.DELETED);
    assertThat(store.blocks().delete(CIDR, second.revision())).isEqualTo(DeleteOutcome.NOT_FOUND);
    assertThat(store.blocks().update(first.value(), second.revision()))
        .isEqualTo(new WriteOutcome.NotFound<Block>());
  }

  @Test
  void deleteNamesUidAndVersion() throws IOException {
    Stored<Block> stored = written(store.blocks().create(block()));
    store.blocks().delete(CIDR, stored.revision());
    assertThat(Json.object(server.requests().getLast().body()).orElseThrow().get("preconditions"))
        .isEqualTo(Map.of("uid", "uid-10-0-1-64-30", "resourceVersion", "101"));
  }

  @Test
  void blockOfTheSameNameMadeAnewIsNotDeleted() {
    Stored<Block> old = written(store.blocks().create(block()));
    String path = ROOT + "ipamblocks/10-0-1-64-30";
    Map<String, Object> another = server.at(path).orElseThrow();
    @SuppressWarnings("unchecked")
    var meta = (Map<String, Object>) another.get("metadata");
    meta.put("uid", "another");
    server.put(path, Json.text(another));
    assertThat(store.blocks().delete(CIDR, old.revision())).isEqualTo(DeleteOutcome.CONFLICT);
  }

  @Test
  void fieldsThatWeDoNotKnowSurviveAWrite() {
    server.put(
        ROOT + "ipamblocks/10-0-1-64-30",
        """
        {"apiVersion": "crd.projectcalico.org/v1", "kind": "IPAMBlock",
         "metadata": {"name": "10-0-1-64-30", "generation": 7, "finalizers": ["x/y"],
           "annotations": {"note": "n", "projectcalico.org/metadata": "{\\"creationTimestamp\\":null}"}},
         "spec": {"cidr": "10.0.1.64/30", "affinity": "host:node-a", "allocations": [null, null, null, null],
           "unallocated": [0, 1, 2, 3], "attributes": [], "strictAffinity": false, "futureField": {"a": 1}}}
        """);
    Stored<Block> stored = readBack(store.blocks(), CIDR);
    written(store.blocks().update(stored.value().markedDeleted(), stored.revision()));
    Map<String, Object> sent = Json.object(server.requests().getLast().body()).orElseThrow();
    assertThat(sent.get("spec")).asString().contains("futureField={a=1}", "deleted=true");
    assertThat(sent.get("metadata"))
        .asString()
        .contains("finalizers=[x/y]", "note=n")
        .doesNotContain("generation");
  }

  @Test
  void affinitiesOfOlderCalicosAreFoundAndGetTheirLabels() {
    server.put(
        ROOT + "blockaffinities/node-a-10-0-1-64-30",
        """
        {"metadata": {"name": "node-a-10-0-1-64-30"},
         "spec": {"state": "confirmed", "node": "node-a", "cidr": "10.0.1.64/30", "deleted": "false"}}
        """);
    written(
        store
            .affinities()
            .create(Affinity.of(Owner.host("node-b"), CIDR, Affinity.State.CONFIRMED)));
    assertThat(store.affinitiesOf(NODE_A)).hasSize(1);
    assertThat(server.at(ROOT + "blockaffinities/node-a-10-0-1-64-30").toString())
        .contains("projectcalico.org/affinity-type=host");
    // From now on the server selects.
    assertThat(store.affinitiesOf(NODE_A)).hasSize(1);
    assertThat(server.requests().getLast().path()).contains("labelSelector=");
  }

  @Test
  void configIsMadeByWhoeverAsksFirst() {
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
    assertThat(server.at(ROOT + "ipamconfigs/default")).isPresent();
    assertThat(store.config()).isEqualTo(IpamConfig.DEFAULT);
  }

  @Test
  void configThatAnotherNodeMakesMeanwhileIsTaken() {
    server.beforeNextWrite(() ->
        server.put(
            ROOT + "ipamconfigs/default",
            """
            {"metadata": {"name": "default"}, "spec": {"strictAffinity": true, "autoAllocateBlocks": true, "maxBlocksPerHost": 3}}
            """));
    assertThat(store.config()).isEqualTo(new IpamConfig(true, true, 3));
  }

  @Test
  void reservationsAreListed() {
    server.put(
        ROOT + "ipreservations/edge",
        "{\"metadata\": {\"name\": \"edge\"}, \"spec\": {\"reservedCIDRs\": [\"10.0.0.0/30\"]}}");
    assertThat(store.reservations())
        .containsExactly(new Reservation("edge", List.of(Prefix.of("10.0.0.0/30"))));
  }

  @Test
  void brokenBlockIsUnusableAndNamed() {
    server.put(
        ROOT + "ipamblocks/10-0-1-64-30",
        "{\"metadata\": {\"name\": \"10-0-1-64-30\"}, \"spec\": {\"cidr\": \"10.0.1.64/30\", \"allocations\": [0]}}");
    assertThatThrownBy(() -> store.blocks().get(CIDR))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("IPAMBlock \"10-0-1-64-30\": spec is an object; expected a block");
  }

  @Test
  void brokenBlockDoesNotHideTheOthers() {
    store.blocks().create(block());
    server.put(
        ROOT + "ipamblocks/broken",
        "{\"metadata\": {\"name\": \"broken\"}, \"spec\": {\"cidr\": \"nowhere\"}}");
    assertThat(store.blocks().list())
        .extracting(stored -> stored.value().cidr())
        .containsExactly(CIDR);
  }

  @Test
  void brokenAffinityDoesNotHideTheNodesOthers() {
    store.affinities().create(Affinity.of(NODE_A, CIDR, Affinity.State.CONFIRMED));
    server.put(
        ROOT + "blockaffinities/broken",
        "{\"metadata\": {\"name\": \"broken\"}, \"spec\": {\"state\": \"perhaps\"}}");
    assertThat(store.affinitiesOf(NODE_A)).hasSize(1);
    assertThat(store.affinitiesOf(NODE_A)).as("by label").hasSize(1);
  }

  @Test
  void brokenReservationStopsEverything() {
    server.put(
        ROOT + "ipreservations/edge",
        "{\"metadata\": {\"name\": \"edge\"}, \"spec\": {\"reservedCIDRs\": [\"nowhere\"]}}");
    assertThatThrownBy(() -> store.reservations())
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessageContaining("IPReservation \"edge\": spec.reservedCIDRs[0] is \"nowhere\"");
  }

  @Test
  void refusalByTheServerIsUnavailability() {
    server.answerNext(500, "etcdserver: request timed out");
    assertThatThrownBy(() -> store.blocks().create(block()))
        .isInstanceOf(StoreUnavailableException.class)
        .hasMessage("POST " + ROOT + "ipamblocks: 500 etcdserver: request timed out");
  }
}
