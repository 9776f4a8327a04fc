package io.margay.bench.bgp;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.CProgram;
import io.margay.bench.host.Room;
import io.margay.kernel.process.Child;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The load, a process that is told what to do line by line; it ends when its input does. */
final class Load implements AutoCloseable {
  private static final List<String> FILES =
      List.of("bgpload.h", "table.c", "encode.c", "peer.c", "steps.c", "bgpload.c").stream()
          .map(file -> "bgpload/" + file)
          .toList();

  /** Longer than any step of a subject that is worth waiting for. */
  private static final int STEP_SECONDS = 240;

  private final Child child;
  private final BufferedReader lines;

  private Load(Child child) {
    this.child = child;
    this.lines = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
  }

  /** Compiles it. */
  static CProgram compile() {
    return CProgram.compile("bgpload", FILES);
  }

  static Load start(CProgram program, Room room, Plan plan, boolean endOfRib) {
    var argv = new ArrayList<>(List.of(program.file().toString()));
    argv.addAll(plan.arguments(STEP_SECONDS, endOfRib));
    return new Load(room.start(argv));
  }

  /**
   * Tells it a step and waits for its next line, which comes within the time that a step may take.
   *
   * @throws RunFailed when the step fails
   */
  LoadReport ask(String command) {
    try {
      child.stdin().write((command + "\n").getBytes(StandardCharsets.UTF_8));
      child.stdin().flush();
      return next();
    } catch (IOException e) {
      throw new UncheckedIOException("the load has ended", e);
    }
  }

  /** What it says next. */
  LoadReport next() {
    try {
      String line = lines.readLine();
      if (line == null) {
        throw new RunFailed("the load has ended");
      }
      return LoadReport.read(line);
    } catch (IOException e) {
      throw new UncheckedIOException("the load has ended", e);
    }
  }

  @Override
  public void close() {
    child.kill();
  }
}
