package io.margay.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApiPathTest {
  record Case(String path, Optional<ApiPath> expected) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("/version", Optional.empty()),
        new Case("/api/v1", Optional.empty()),
        new Case("/api/v1/nodes", path("", "v1", null, "nodes", null, null)),
        new Case("/api/v1/nodes/n1/status", path("", "v1", null, "nodes", "n1", "status")),
        new Case("/api/v1/namespaces/shop", path("", "v1", null, "namespaces", "shop", null)),
        new Case(
            "/api/v1/namespaces/shop/status", path("", "v1", null, "namespaces", "shop", "status")),
        new Case("/api/v1/namespaces/shop/pods", path("", "v1", "shop", "pods", null, null)),
        new Case(
            "/apis/apps/v1/namespaces/shop/deployments/web/status",
            path("apps", "v1", "shop", "deployments", "web", "status")),
        new Case(
            "/api/v1/namespaces/kube-system/serviceaccounts/cni/token",
            path("", "v1", "kube-system", "serviceaccounts", "cni", "token")));
  }

  private static Optional<ApiPath> path(
      String group, String version, String namespace, String plural, String name, String sub) {
    return Optional.of(
        new ApiPath(
            group,
            version,
            Optional.ofNullable(namespace),
            plural,
            Optional.ofNullable(name),
            Optional.ofNullable(sub),
            Map.of()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsWhereARequestGoes(Case c) {
    assertThat(ApiPath.parse(c.path())).isEqualTo(c.expected());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void readsTheQuery(String query, boolean watch, long version) {
    ApiPath path = ApiPath.parse("/api/v1/pods?" + query).orElseThrow();
    assertThat(path.isWatch()).isEqualTo(watch);
    assertThat(path.resourceVersion()).isEqualTo(version);
  }

  static Stream<Arguments> queries() {
    return Stream.of(
        Arguments.of("watch=true&resourceVersion=17", true, 17),
        Arguments.of("watch=1&resourceVersion=", true, 0),
        Arguments.of("limit=5&resourceVersion=abc", false, 0));
  }
}
