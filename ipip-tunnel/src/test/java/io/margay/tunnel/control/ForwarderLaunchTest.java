package io.margay.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.plan.TunnelKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwarderLaunchTest {
  @ParameterizedTest
  @CsvSource({
    "/a/node-agent.jar:/l/asm-9.jar:/l/fabric8.jar:/l/ipip-tunnel-1.jar:/l/jnr-ffi.jar:/l/netty.jar,"
        + " /l/asm-9.jar:/l/ipip-tunnel-1.jar:/l/jnr-ffi.jar",
    "/b/node-agent/target/classes:/b/ipip-tunnel/target/classes:/l/fabric8.jar,"
        + " /b/node-agent/target/classes:/b/ipip-tunnel/target/classes:/l/fabric8.jar",
    "/b/ipip-tunnel/target/classes:/l/netty.jar, /b/ipip-tunnel/target/classes:/l/netty.jar"
  })
  void ofArchivesItTakesThoseThatTheForwarderNeeds(String agents, String forwarders) {
    assertThat(ForwarderLaunch.needed(agents)).isEqualTo(forwarders);
  }

  @Test
  void thePortTellsTheWireFormat() {
    var launch =
        ForwarderLaunch.asThisProcess(TunnelKey.UDP, Path.of("/run/f.sock"), Path.of("/log/f"));
    assertThat(launch.argv()).endsWith("--socket", "/run/f.sock").contains("udp.margay");
    assertThat(launch.overUdp(ForwarderLaunch.UDP_PORT).argv()).endsWith("--udp", "8285");
  }

  @Test
  void queuesAreSaidWhereThereAreSeveral() {
    var launch =
        ForwarderLaunch.asThisProcess(TunnelKey.TUNL0, Path.of("/run/f.sock"), Path.of("/log/f"));
    assertThat(launch.withQueues(1).argv()).isEqualTo(launch.argv()).doesNotContain("--queues");
    assertThat(launch.withQueues(3).argv()).endsWith("--queues", "3");
    assertThat(launch.withQueues(3).overUdp(8285).as("x").queues()).isEqualTo(3);
    assertThat(launch.withQueues(3).build())
        .as("no reason to replace one")
        .isEqualTo(launch.build());
    assertThat(launch.withQueues(0).queues()).isBetween(1, 4);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "6, 3", "8, 4", "64, 4"})
  void halfOfTheProcessorsMoveAtMostFourQueues(int processors, int queues) {
    assertThat(ForwarderLaunch.queuesFor(processors)).isEqualTo(queues);
  }

  @Test
  void equalProgramsAreOneBuildWhereverTheyLie(@TempDir Path dir) throws IOException {
    Path first = program(dir.resolve("first"), "one");
    Path second = program(dir.resolve("second"), "one");
    Path other = program(dir.resolve("third"), "two");
    List<String> options = List.of("-Xmx12m");
    String build = BuildId.of(first.toString(), options);
    assertThat(build).matches("[0-9a-f]{12}");
    assertThat(BuildId.of(second.toString(), options)).isEqualTo(build);
    assertThat(BuildId.of(other.toString(), options)).as("contents").isNotEqualTo(build);
    assertThat(BuildId.of(first.toString(), List.of())).as("options").isNotEqualTo(build);
    assertThat(BuildId.of(first + ":" + other, options)).as("one more").isNotEqualTo(build);
    String folder = dir.resolve("first").toString();
    String before = BuildId.of(folder, options);
    assertThat(BuildId.of(folder, options)).isEqualTo(before);
    Files.writeString(first, "three");
    assertThat(BuildId.of(folder, options)).as("a build's folder").isNotEqualTo(before);
  }

  private static Path program(Path dir, String contents) throws IOException {
    return Files.writeString(Files.createDirectory(dir).resolve("ipip-tunnel-1.jar"), contents);
  }
}
