package io.margay.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.StoredObject;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KubeApiTest {
  private static final ObjectKey EAST = ObjectKey.cluster("east");
  private static final String POOLS = "/apis/crd.projectcalico.org/v1/ippools";

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  @Test
  void objectThatIsNotThereReadsAsEmpty() {
    assertThat(api.get(Kind.IP_POOL, EAST)).isEmpty();
  }

  @Test
  void listsAreReadPageByPage() {
    server.pageLimit(2);
    for (int i = 0; i < 5; i++) {
      server.put(POOLS + "/p" + i, "{\"metadata\": {\"name\": \"p" + i + "\"}}");
    }
    assertThat(api.list(Kind.IP_POOL, "")).hasSize(5);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void listWhosePagesAreForgottenIsReadOnceMoreInOnePiece() {
    server.pageLimit(2);
    for (int i = 0; i < 5; i++) {
      server.put(POOLS + "/p" + i, "{\"metadata\": {\"name\": \"p" + i + "\"}}");
    }
    server.compact();
    assertThat(api.list(Kind.IP_POOL, ""))
        .extracting(pool -> StoredObject.keyOf(pool).name())
        .containsExactly("p0", "p1", "p2", "p3", "p4");
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void listsAskTheServerToSelect() {
    server.put(POOLS + "/a", "{\"metadata\": {\"name\": \"a\", \"labels\": {\"x/y\": \"1\"}}}");
    server.put(POOLS + "/b", "{\"metadata\": {\"name\": \"b\", \"labels\": {\"x/y\": \"2\"}}}");
    assertThat(api.list(Kind.IP_POOL, "x/y=2")).hasSize(1);
  }

  @Test
  void secondCreateOfANameIsAValue() {
    Map<String, Object> pool = Map.of("metadata", Map.of("name", "east"));
    assertThat(api.create(Kind.IP_POOL, EAST, pool)).isInstanceOf(Written.Done.class);
    assertThat(api.create(Kind.IP_POOL, EAST, pool)).isEqualTo(new Written.AlreadyExists());
  }

  @Test
  void replaceOfAnOldVersionIsAConflict() {
    server.put(POOLS + "/east", "{\"metadata\": {\"name\": \"east\"}, \"spec\": {\"a\": 1}}");
    Map<String, Object> old = api.get(Kind.IP_POOL, EAST).orElseThrow();
    var changed = new HashMap<>(old);
    changed.put("spec", Map.of("a", 2));
    assertThat(api.replace(Kind.IP_POOL, EAST, changed)).isInstanceOf(Written.Done.class);
    assertThat(api.replace(Kind.IP_POOL, EAST, changed)).isInstanceOf(Written.Conflict.class);
  }

  @Test
  void deleteInsistsOnUidAndVersion() {
    server.put(POOLS + "/east", "{\"metadata\": {\"name\": \"east\", \"uid\": \"u1\"}}");
    assertThat(api.delete(Kind.IP_POOL, EAST, new Preconditions("u2", "")))
        .isInstanceOf(Written.Conflict.class);
    assertThat(api.delete(Kind.IP_POOL, EAST, new Preconditions("u1", "7")))
        .isInstanceOf(Written.Conflict.class);
    assertThat(api.delete(Kind.IP_POOL, EAST, new Preconditions("u1", "101")))
        .isInstanceOf(Written.Done.class);
    assertThat(api.delete(Kind.IP_POOL, EAST, new Preconditions("u1", "101")))
        .isEqualTo(new Written.NotFound());
  }

  @Test
  void refusalTellsRequestCodeAndTheServersWords() {
    server.answerNext(403, "ippools is forbidden: User \"x\" cannot create");
    assertThatThrownBy(() -> api.create(Kind.IP_POOL, EAST, Map.of()))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
        .hasMessage("POST " + POOLS + ": 403 ippools is forbidden: User \"x\" cannot create");
  }

  @Test
  void serverThatIsAwayIsAnExceptionThatNamesTheRequest() {
    Config nobody = new ConfigBuilder(Config.empty()).withMasterUrl("http://127.0.0.1:1").build();
    try (KubeApi away = KubeApi.open(nobody)) {
      assertThatThrownBy(() -> away.get(Kind.IP_POOL, EAST))
          .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isZero())
          .hasMessage("GET " + POOLS + "/east: cannot connect");
    }
  }

  @Test
  void namespacedObjectsHaveTheirPath() {
    server.put("/api/v1/namespaces/shop/pods/web-1", "{\"metadata\": {\"name\": \"web-1\"}}");
    assertThat(api.get(Kind.POD, new ObjectKey("shop", "web-1"))).isPresent();
    assertThat(Kind.POD.path("")).isEqualTo("/api/v1/pods");
  }

  @Test
  void whatIsTooMuchNowIsSentAgainWhenTheServerSays() {
    Map<String, Object> pool = Map.of("metadata", Map.of("name", "east"));
    server.tooManyNext(0);
    server.tooManyNext(0);
    assertThat(api.create(Kind.IP_POOL, EAST, pool)).isInstanceOf(Written.Done.class);
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void aServerThatAsksForTooMuchPatienceIsNotWaitedFor() {
    Map<String, Object> pool = Map.of("metadata", Map.of("name", "east"));
    server.tooManyNext(3600);
    assertThatThrownBy(() -> api.create(Kind.IP_POOL, EAST, pool))
        .isInstanceOfSatisfying(ApiException.class, e -> assertThat(e.code()).isEqualTo(429));
    assertThat(server.requests()).hasSize(1);
  }
}
