package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines as readers of Calico's logs expect them. */
class LogFormatTest {
  private static String line(String level, String logger, @Nullable Throwable thrown) {
    var record = new LogRecord(Level.parse(level), "bgp.session.up peer=10.0.0.7");
    record.setLoggerName(logger);
    record.setInstant(Instant.parse("2026-03-04T10:00:00.120Z"));
    record.setThrown(thrown);
    return new LogFormat().format(record);
  }

  @ParameterizedTest
  @CsvSource({
    "FINE, DEBUG, io.margay.bgp.speaker.Speaker, bgp.speaker.Speaker",
    "INFO, INFO, io.margay.agent.run.Agent, agent.run.Agent",
    "WARNING, WARNING, io.netty.util.Recycler, io.netty.util.Recycler",
    "SEVERE, ERROR, io.margay.agent.run.Agent, agent.run.Agent"
  })
  void aLineIsTimeLevelProcessComponentEvent(
      String level, String word, String logger, String component) {
    assertThat(line(level, logger, null))
        .matches(
            "\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.120 \\["
                + word
                + "]\\["
                + ProcessHandle.current().pid()
                + "] "
                + component
                + ": bgp\\.session\\.up peer=10\\.0\\.0\\.7\n");
  }

  @Test
  void aFaultBringsItsStackTraceBehindTheLine() {
    String text = line("SEVERE", "io.margay.agent.run.Agent", new IllegalStateException("broken"));
    assertThat(text.lines().skip(1)).first().isEqualTo("java.lang.IllegalStateException: broken");
    assertThat(text).contains("\tat io.margay.agent.run.LogFormatTest");
  }
}
