package io.margay.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class WatchTest {
  private static final String ONE = "{\"value\":[{\"n\":1}]}";
  private static final String TWO = "{\"value\":[{\"n\":2}]}";

  @TempDir private Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** The watch ends by an interrupt, which must not reach the next test. */
  @AfterEach
  void notInterrupted() {
    Thread.interrupted();
  }

  private int watch(List<String> answers, String... words) throws Exception {
    Path socket = directory.resolve("margay.sock");
    Thread watcher = Thread.currentThread();
    int exit;
    try (var standIn = new StandIn(socket, answers, watcher::interrupt)) {
      var all = new ArrayList<>(List.of(words));
      all.addAll(List.of("-o", "yaml", "--watch=0.1", "--socket=" + socket));
      exit = Margayctl.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
      Thread.interrupted();
      assertThat(standIn).isNotNull();
    }
    return exit;
  }

  @Test
  void onlyChangesArePrinted() throws Exception {
    assertThat(watch(List.of(ONE, ONE, ONE, TWO, TWO, ONE), "bgp", "peers")).isZero();
    assertThat(out.toString()).startsWith("- n: 1\n- n: 2\n");
  }

  @Test
  void listsAndRefusalsAreWatchedToo() throws Exception {
    String refused = "{\"error\":\"the BGP speaker is not running\"}";
    assertThat(watch(List.of(ONE, refused, refused, TWO, TWO), "bgp", "routes")).isZero();
    assertThat(out.toString()).isEqualTo("- n: 1\n- n: 2\n");
    assertThat(err.toString()).startsWith("margayctl: the BGP speaker is not running\n");
  }
}
