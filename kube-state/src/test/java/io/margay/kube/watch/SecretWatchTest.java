package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Preconditions;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.SecretState;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SecretWatchTest {
  // Held here: a logger that nobody holds forgets its level.
  private static final Logger MOCK_LOG = Logger.getLogger("io.fabric8.mockwebserver");
  private static final ObjectKey BGP = new ObjectKey("kube-system", "bgp");

  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final Semaphore changes = new Semaphore(0);

  @BeforeEach
  void start() {
    MOCK_LOG.setLevel(Level.WARNING);
    server.init();
  }

  @AfterEach
  void stop() {
    server.destroy();
  }

  private KubeApi api() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://" + server.getHostName() + ":" + server.getPort())
            .build();
    return KubeApi.open(config);
  }

  private SecretWatch watch(KubeApi api) {
    return new SecretWatch(api, "kube-system", changes::release);
  }

  private static Map<String, Object> secret(String key, String base64) {
    return Json.object(
            """
            {"apiVersion": "v1", "kind": "Secret",
             "metadata": {"namespace": "kube-system", "name": "bgp"}, "data": {"%s": "%s"}}
            """
                .formatted(key, base64))
        .orElseThrow();
  }

  private static Map<String, Object> secret(String password) {
    return secret(
        "tor", Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8)));
  }

  private SecretState await(SecretWatch watch, String name, Predicate<SecretState> expected)
      throws InterruptedException {
    while (true) {
      SecretState state = watch.states().get(name);
      if (state != null && expected.test(state)) {
        return state;
      }
      assertThat(changes.tryAcquire(50, TimeUnit.SECONDS)).as("a change behind " + state).isTrue();
    }
  }

  /**
   * The mock server loses what happens between a list and the watch that follows it: done again
   * until it is seen.
   */
  private void awaitDoing(Runnable deed, SecretWatch watch, Predicate<SecretState> expected)
      throws InterruptedException {
    do {
      deed.run();
      changes.tryAcquire(1, TimeUnit.SECONDS);
    } while (!expected.test(watch.states().get("bgp")));
  }

  private static Predicate<SecretState> holds(String password, boolean deleted) {
    return Predicate.isEqual(new SecretState.Present(Map.of("tor", password), deleted));
  }

  @Test
  void whatIsThereIsReadDecodedAndFollowed() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      api.create(Kind.SECRET, BGP, secret("first"));
      watch.want(Set.of("bgp"));
      await(watch, "bgp", holds("first", false));

      awaitDoing(
          () -> api.replace(Kind.SECRET, BGP, secret("second")), watch, holds("second", false));

      api.delete(Kind.SECRET, BGP, new Preconditions("", ""));
      await(watch, "bgp", holds("second", true));
    }
  }

  @Test
  void whatIsNotThereIsSaidToBeAbsentAndReadOnceItComes() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      watch.want(Set.of("bgp"));
      await(watch, "bgp", SecretState.Absent.class::isInstance);
      api.create(Kind.SECRET, BGP, secret("late"));
      awaitDoing(() -> api.replace(Kind.SECRET, BGP, secret("late")), watch, holds("late", false));
    }
  }

  @Test
  void goesOnOverOtherConnections() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      api.create(Kind.SECRET, BGP, secret("first"));
      watch.want(Set.of("bgp"));
      await(watch, "bgp", holds("first", false));
      api.renew().run();
      assertThat(watch.states())
          .containsValue(new SecretState.Present(Map.of("tor", "first"), false));
      awaitDoing(
          () -> api.replace(Kind.SECRET, BGP, secret("second")), watch, holds("second", false));
    }
  }

  @Test
  void whatWentWhileConnectionsWereRenewedIsCalledDeleted() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      api.create(Kind.SECRET, BGP, secret("first"));
      watch.want(Set.of("bgp"));
      await(watch, "bgp", holds("first", false));
      api.delete(Kind.SECRET, BGP, new Preconditions("", ""));
      api.renew().run();
      await(watch, "bgp", holds("first", true));
    }
  }

  @Test
  void anotherSecretIsNoneOfOurs() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      api.create(Kind.SECRET, BGP, secret("secret"));
      watch.want(Set.of("mesh"));
      await(watch, "mesh", SecretState.Absent.class::isInstance);
      watch.want(Set.of());
      assertThat(watch.states()).isEmpty();
    }
  }

  @Test
  void aServerThatIsAwayLeavesItUnreadAndSaysWhy() throws InterruptedException {
    server.shutdown();
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      watch.want(Set.of("bgp"));
      await(
          watch,
          "bgp",
          state -> state instanceof SecretState.Unread(Optional<String> why) && why.isPresent());
    }
  }

  @Test
  void noLogShowsAValueAndWhatIsNoBase64IsNoValue() throws InterruptedException {
    try (KubeApi api = api();
        SecretWatch watch = watch(api)) {
      api.create(Kind.SECRET, BGP, secret("tor", "!"));
      watch.want(Set.of("bgp"));
      await(watch, "bgp", Predicate.isEqual(new SecretState.Present(Map.of(), false)));
    }
    assertThat(new SecretState.Present(Map.of("tor", "hunter2"), true))
        .hasToString("Present[tor], deleted");
  }
}
