package io.margay.agent.bgpd;

import io.margay.agent.config.LogLevel;
import io.margay.agent.run.LogFormat;
import io.margay.agent.run.Uncaught;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** {@code bgpd --config FILE}: a speaker until it is told to stop. */
public final class Main {
  private static final EventLog LOG = EventLog.of(Main.class);

  private Main() {}

  /** Exit code 2 for wrong usage, 1 when the speaker cannot begin; the log says why. */
  public static void main(String[] arguments) throws InterruptedException {
    LogFormat.install(LogLevel.INFO);
    Uncaught.install();
    List<String> words = List.of(arguments);
    if (words.size() != 2 || !words.getFirst().equals("--config")) {
      System.err.println("usage: bgpd --config FILE   (docs/bgp.md says what may stand in it)");
      System.exit(2);
    }
    var file = new ConfigFile(Path.of(words.getLast()));
    file.read()
        .ifPresentOrElse(
            config -> {
              try {
                var bgpd = Bgpd.start(config);
                if (!Signals.onHangup(bgpd.worker(), () -> file.read().ifPresent(bgpd::reload))) {
                  LOG.warn(
                      "bgpd.hangup.ignored",
                      "why",
                      "started with SIGHUP ignored, as by nohup; env --default-signal=HUP before java helps");
                }
                Runtime.getRuntime().addShutdownHook(new Thread(bgpd::stop, "stop"));
              } catch (IOException | RuntimeException e) {
                LOG.error("bgpd.failed", e);
                System.exit(1);
              }
            },
            () -> System.exit(1));
    new CountDownLatch(1).await();
  }
}
