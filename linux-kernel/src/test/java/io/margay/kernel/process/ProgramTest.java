package io.margay.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void exitAndBothOutputsComeBack() {
    ProgramResult result =
        Program.run(shell("echo said; echo complained >&2; exit 3"), Optional.empty(), LIMIT);
    assertThat(result.exit()).isEqualTo(3);
    assertThat(result.out()).isEqualTo("said\n");
    assertThat(result.err()).isEqualTo("complained\n");
    assertThat(result.succeeded()).isFalse();
    assertThat(result.killedAfter()).isEmpty();
  }

  @Test
  void inputLargerThanThePipeIsWrittenAndRead() {
    String input = "0123456789abcdef\n".repeat(20_000);
    ProgramResult result = Program.run(List.of("cat"), Optional.of(input), LIMIT).orThrow();
    assertThat(result.out()).isEqualTo(input);
  }

  @Test
  void aProgramThatDoesNotReadItsInputIsNoFailure() {
    String input = "x".repeat(1_000_000);
    assertThat(Program.run(List.of("true"), Optional.of(input), LIMIT).succeeded()).isTrue();
  }

  @Test
  void itsChildrenAreKilledWithItAtTheLimitAndWhatItSaidIsKept() {
    long before = System.nanoTime();
    ProgramResult result =
        Program.run(
            shell("echo stuck >&2; sleep 600 & sleep 600"),
            Optional.empty(),
            Duration.ofMillis(300));
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    assertThat(result.succeeded()).isFalse();
    assertThat(result.describe())
        .isEqualTo("sh -c echo stuck >&2; sleep 600 & sleep 600: killed after 300 ms: stuck");
  }

  @Test
  void anErrorNamesArgumentsExitAndStderr() {
    assertThatThrownBy(() ->
            Program.run(shell("echo no such set >&2; exit 2"), Optional.empty(), LIMIT).orThrow())
        .isInstanceOf(ProgramException.class)
        .hasMessage("sh -c echo no such set >&2; exit 2: exit 2: no such set");
  }

  @Test
  void aMissingProgramIsNamed() {
    assertThatThrownBy(() -> Program.run(List.of("no-such-program-x"), Optional.empty(), LIMIT))
        .isInstanceOf(ProgramException.class)
        .hasMessageContaining("no-such-program-x: cannot be started:");
  }

  @Test
  void theEnvironmentIsOursAndMoreOrOnlyWhatIsGiven() {
    assertThat(out(Program.of("/usr/bin/env").with(Map.of("CNI_COMMAND", "ADD"))))
        .contains("CNI_COMMAND=ADD\n")
        .contains("PATH=");
    assertThat(out(Program.of("/usr/bin/env").withOnly(Map.of("CNI_COMMAND", "ADD"))))
        .isEqualTo("CNI_COMMAND=ADD\n");
  }

  @Test
  void aChildIsSpokenWithThroughPipes() throws Exception {
    Child child = Program.of("cat").start();
    child.stdin().write("one\n".getBytes(StandardCharsets.UTF_8));
    child.stdin().flush();
    var lines = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    assertThat(lines.readLine()).isEqualTo("one");
    child.stdin().close();
    assertThat(child.exit().get(20, TimeUnit.SECONDS)).isZero();
  }

  @Test
  @Timeout(20)
  void aDetachedChildLeadsASessionOfItsOwnAndWritesToItsLog(@TempDir Path dir) throws Exception {
    Path log = dir.resolve("log");
    Child child =
        Program.of(shell("echo \"$$ $(cut -d' ' -f6 /proc/$$/stat)\"; read x; exec sleep 600"))
            .in(dir)
            .startDetached(log);
    // Its input is /dev/null, so `read` comes back at once and the line above it is written.
    while (Files.size(log) == 0) {
      Thread.onSpinWait();
    }
    assertThat(Files.readString(log)).isEqualTo(child.pid() + " " + child.pid() + "\n");
    assertThat(child.isAlive()).isTrue();
    child.kill();
    assertThat(child.exit().get(20, TimeUnit.SECONDS)).isEqualTo(137);
  }

  private static String out(Program program) {
    return program.run(Optional.empty(), LIMIT).orThrow().out();
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script);
  }
}
