package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A process that may not change the network: a container that was not given what it needs. */
class NoCapabilityTest {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  @Test
  void whatIsMissingIsNamed() {
    try (var node = TestNetns.create()) {
      String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
      ProgramResult said =
          Program.run(
              List.of(
                  "nsenter",
                  "--net=" + node.path(),
                  "setpriv",
                  "--inh-caps=-net_admin",
                  "--bounding-set=-net_admin",
                  java,
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  NoCapabilityTest.class.getName()),
              Optional.empty(),
              LIMIT);
      assertThat(said.out()).contains("open netlink: EPERM (needs CAP_NET_ADMIN)");
    }
  }

  /** What the process does. */
  public static void main(String[] arguments) {
    try (Rtnl rtnl = Rtnl.open()) {
      System.out.println("opened as " + rtnl.port());
    } catch (KernelException e) {
      System.out.println(e.getMessage());
    }
  }
}
