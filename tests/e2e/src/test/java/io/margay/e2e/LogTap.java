package io.margay.e2e;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What kube-state logs. */
final class LogTap extends Handler {
  // Held here: a logger that nobody holds forgets its handlers.
  private static final Logger LOGGER = Logger.getLogger("io.margay.kube");

  private final List<String> lines = new CopyOnWriteArrayList<>();

  static LogTap open() {
    var tap = new LogTap();
    LOGGER.addHandler(tap);
    return tap;
  }

  /** All lines so far, without time and level. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Waits for a line with all these parts. */
  void await(String... parts) throws Exception {
    try {
      Wait.until(
          "a line with " + List.of(parts),
          () -> lines.stream().anyMatch(line -> Stream.of(parts).allMatch(line::contains)));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + " in " + lines, e);
    }
  }

  void forget() {
    lines.clear();
  }

  @Override
  public void publish(LogRecord line) {
    lines.add(line.getMessage());
  }

  @Override
  public void flush() {
    // Nothing is held back.
  }

  @Override
  public void close() {
    LOGGER.removeHandler(this);
  }
}
