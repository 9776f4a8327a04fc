package io.margay.lab.probe;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Pings of 100 a second and more out of a pod, until they are stopped. */
public final class Ping {
  private static final EventLog LOG = EventLog.of(Ping.class);
  private static final Duration ENDS = Duration.ofSeconds(5);

  /** What is not there so long after it was asked for is lost, not late. */
  private static final Duration COMES = Duration.ofSeconds(5);

  /** How many one program sends in that time, at most. */
  private static final int MAY_COME = 500;

  private static final Duration LOOK = Duration.ofMillis(20);

  /**
   * ping rounds its interval up to the kernel's ticks: one that is told 10 ms sends 60 to 70 a
   * second.
   */
  private static final int AT_ONCE = 2;

  private final String name;
  private final List<Running> running;

  private Ping(String name, List<Running> running) {
    this.name = name;
    this.running = running;
  }

  /**
   * Starts it.
   *
   * @param name what it shows, for who reads its report
   * @param entering makes a command of one that runs where the pings come from
   */
  public static Ping start(String name, UnaryOperator<List<String>> entering, Ip to) {
    // One stream: how many were sent so far is said on standard error.
    List<String> ping = List.of("sh", "-c", "exec ping -n -i 0.01 " + to + " 2>&1");
    var running = new ArrayList<Running>();
    for (int i = 0; i < AT_ONCE; i++) {
      running.add(new Running(Program.of(entering.apply(ping)).start()));
    }
    return new Ping(name, running);
  }

  public String name() {
    return name;
  }

  /** How many answers have come so far. */
  public int answers() {
    return running.stream().mapToInt(Running::answers).sum();
  }

  /**
   * Stops it and reads what it said. What was sent lately is waited for first: a tunnelled answer
   * may be late by several others on a busy machine, and ping ends without looking for them.
   */
  public PingReport stop() throws InterruptedException {
    running.forEach(each -> each.signal("QUIT"));
    long deadline = System.nanoTime() + COMES.toNanos();
    while (!running.stream().allMatch(Running::isAnswered) && System.nanoTime() < deadline) {
      Thread.sleep(LOOK);
    }
    return stopNow();
  }

  /** Stops it without waiting for answers that are late: for who does not judge what was lost. */
  public PingReport stopNow() throws InterruptedException {
    running.forEach(each -> each.signal("INT"));
    var all = PingReport.NONE;
    for (Running each : running) {
      all = all.plus(each.end());
    }
    return all;
  }

  /** One program, and what it has said. */
  private static final class Running {
    private final Child child;
    // A thread of its own: it blocks until ping ends, and the common pool watches our children.
    private final Thread reader = Thread.ofPlatform().daemon().name("ping").unstarted(this::read);
    private final StringBuilder said = new StringBuilder();

    Running(Child child) {
      this.child = child;
      reader.start();
    }

    /** What came until the end; a broken pipe is an end, and its answers are then missing. */
    private void read() {
      var bytes = new byte[8192];
      try (InputStream out = child.stdout()) {
        for (int n = out.read(bytes); n >= 0; n = out.read(bytes)) {
          heard(new String(bytes, 0, n, StandardCharsets.US_ASCII));
        }
      } catch (IOException e) {
        LOG.warn("lab.ping.output_lost", "why", e.getMessage());
      }
    }

    private synchronized void heard(String more) {
      said.append(more);
    }

    private synchronized String said() {
      return said.toString();
    }

    /** Whether it has said how many were sent, and no answer to one of them can still come. */
    boolean isAnswered() {
      return PingReport.isAnswered(said(), MAY_COME);
    }

    int answers() {
      return PingReport.answers(said());
    }

    PingReport end() throws InterruptedException {
      if (!child.awaitEnd(ENDS)) {
        child.kill();
      }
      reader.join(ENDS);
      return PingReport.read(said());
    }

    /** The program itself is behind those that entered the namespaces for it. */
    void signal(String signal) {
      ProcessHandle.of(child.pid()).stream()
          .flatMap(ProcessHandle::descendants)
          .filter(process -> process.info().command().filter(c -> c.endsWith("ping")).isPresent())
          .forEach(process ->
              Program.run(
                  List.of("kill", "-" + signal, Long.toString(process.pid())),
                  Optional.empty(),
                  ENDS));
    }
  }
}
