package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.metric.CniMetrics;
import io.margay.agent.metric.Registry;
import io.margay.cni.server.NodeState;
import io.margay.cni.verb.Addresses;
import io.margay.cni.verb.Endpoints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CniPartTest {
  @TempDir Path directory;
  private Path binaries = Path.of("");
  private Path configurations = Path.of("");
  private Optional<CniPart> part = Optional.empty();

  @BeforeEach
  void open() throws IOException {
    binaries = directory.resolve("bin");
    configurations = Files.createDirectories(directory.resolve("net.d"));
    Map<String, String> environment =
        Map.of(
            "NODENAME", "n1",
            "MARGAY_RUN_DIR", directory.resolve("run").toString(),
            "MARGAY_STATE_DIR", directory.resolve("state").toString(),
            "MARGAY_CNI_BIN_DIR", binaries.toString(),
            "MARGAY_CNI_CONF_DIR", configurations.toString());
    AgentConfig config = AgentConfig.read(environment, Optional.empty()).config();
    part =
        Optional.of(
            new CniPart(
                config,
                environment,
                nothing(NodeState.class),
                new CniMetrics(new Registry()),
                () -> 0));
  }

  @AfterEach
  void close() {
    part.ifPresent(CniPart::stop);
  }

  /** Nobody calls it. */
  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, _) -> {
              throw new UnsupportedOperationException(method.getName());
            }));
  }

  private void serve() {
    part.orElseThrow().serve(nothing(Endpoints.class), nothing(Addresses.class));
  }

  @Test
  void theRuntimeHearsOfUsWhenAllIsInstalled() throws IOException {
    Files.createDirectories(binaries);
    serve();
    assertThat(binaries.resolve("calico")).isExecutable();
    assertThat(configurations.resolve("10-calico.conflist")).isRegularFile();
  }

  @Test
  void whatCannotBeInstalledIsToldAndCanBeTriedAgain() throws IOException {
    assertThatThrownBy(this::serve)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("CNI cannot be installed")
        .hasMessageContaining(binaries.toString());
    assertThat(configurations.resolve("10-calico.conflist")).doesNotExist();
    Files.createDirectories(binaries);
    serve();
    assertThat(configurations.resolve("10-calico.conflist")).isRegularFile();
  }
}
