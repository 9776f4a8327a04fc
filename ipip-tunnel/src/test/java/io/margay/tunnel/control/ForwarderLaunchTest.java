package io.margay.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.plan.TunnelKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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
}
