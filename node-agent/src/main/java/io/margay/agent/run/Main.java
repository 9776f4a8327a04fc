package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.LogLevel;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The agent's process. */
public final class Main {
  private static final EventLog LOG = EventLog.of(Main.class);

  private Main() {}

  /** Runs until it is told to stop. Exit code 1 when it cannot even begin; the log says why. */
  public static void main(String[] arguments) throws InterruptedException {
    LogFormat.install(LogLevel.INFO);
    Uncaught.install();
    Map<String, String> environment = System.getenv();
    AgentConfig.Reading reading =
        AgentConfig.read(environment, content(AgentConfig.nodeNameFile(environment)));
    LogFormat.install(reading.config().logLevel());
    ConfigProblems.tell(reading.problems());
    if (reading.config().nodeName().isEmpty()) {
      System.exit(1); // the problem is told; without a name nothing can be done
    }
    try {
      var agent = new Agent(reading.config(), environment);
      Runtime.getRuntime().addShutdownHook(new Thread(agent::stop, "stop"));
      agent.begin();
    } catch (IOException | RuntimeException e) {
      LOG.error("agent.failed", e, "node", reading.config().nodeName());
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static Optional<String> content(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
