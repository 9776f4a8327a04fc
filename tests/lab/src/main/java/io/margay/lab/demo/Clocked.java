package io.margay.lab.demo;

import io.margay.lab.live.Progress;
import java.util.List;

/** Progress with the time since the start before each line. */
final class Clocked {
  private final Progress progress;
  private final long start = System.nanoTime();

  Clocked(Progress progress) {
    this.progress = progress;
  }

  /** A line with its time. */
  void say(String line) {
    progress.say("%6.2f s  %s".formatted(seconds(), line));
  }

  /** Lines that belong to the one before. */
  void show(List<String> lines) {
    lines.forEach(line -> progress.say("          " + line));
  }

  double seconds() {
    return (System.nanoTime() - start) / 1e9;
  }
}
