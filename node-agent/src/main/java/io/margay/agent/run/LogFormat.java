package io.margay.agent.run;

import io.margay.agent.config.LogLevel;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Lines as Calico's readers know them: time, level, process id, component, then the event. {@code
 * 2026-11-21 03:26:48.123 [INFO][4711] bgp.Speaker: bgp.session.up peer=10.0.0.7}.
 */
public final class LogFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private static final long PID = ProcessHandle.current().pid();

  /** Sends all logging of this process through this format to standard output's sibling, stderr. */
  public static void install(LogLevel level) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    var console = new ConsoleHandler();
    console.setFormatter(new LogFormat());
    console.setLevel(Level.ALL);
    root.addHandler(console);
    root.setLevel(Level.WARNING); // libraries speak when something is wrong
    OURS.setLevel(levelOf(level));
    // Its reflector prints a stack trace at each retry; kube.watch tells that in one line.
    FABRIC8.setLevel(Level.OFF);
  }

  // Held here: a logger that nobody holds is collected, and its level with it.
  private static final Logger OURS = Logger.getLogger("io.margay");
  private static final Logger FABRIC8 = Logger.getLogger("io.fabric8");

  private static Level levelOf(LogLevel level) {
    return switch (level) {
      case DEBUG -> Level.FINE;
      case INFO -> Level.INFO;
      case WARNING -> Level.WARNING;
      case ERROR -> Level.SEVERE;
    };
  }

  @Override
  public String format(LogRecord record) {
    var out = new StringBuilder(160);
    out.append(TIME.format(Instant.ofEpochMilli(record.getMillis())))
        .append(" [")
        .append(word(record.getLevel()))
        .append("][")
        .append(PID)
        .append("] ")
        .append(component(String.valueOf(record.getLoggerName())))
        .append(": ")
        .append(formatMessage(record))
        .append('\n');
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      var trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      out.append(trace);
    }
    return out.toString();
  }

  private static String word(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** {@code io.margay.bgp.speaker.Speaker} reads {@code bgp.speaker.Speaker}. */
  private static String component(String logger) {
    return logger.startsWith("io.margay.") ? logger.substring("io.margay.".length()) : logger;
  }
}
