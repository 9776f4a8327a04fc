package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ConfigProblemsTest {
  @Test
  void aLineNamesTheVariableWhatStandsThereAndWhatMay() {
    var lines = new ArrayList<String>();
    var keeper =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            lines.add(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(ConfigProblems.class.getName());
    logger.addHandler(keeper);
    try {
      ConfigProblems.tell(
          AgentConfig.read(
                  Map.of("NODENAME", "n1", "FELIX_HEALTHPORT", "70000", "IP", "my host"),
                  Optional.empty())
              .problems());
    } finally {
      logger.removeHandler(keeper);
    }
    assertThat(lines)
        .isEqualTo(
            List.of(
                "config.invalid variable=IP found=\"my host\" expected=\"autodetect, none, an IPv4"
                    + " address, one with a length, or nothing; the default \\\"\\\" holds\"",
                "config.invalid variable=FELIX_HEALTHPORT found=70000 expected=\"a whole number, 1"
                    + " to 65535; the default \\\"9099\\\" holds\""));
  }
}
