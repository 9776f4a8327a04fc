package io.margay.lab.demo;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.lab.place.Place;
import io.margay.lab.probe.PodEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Pings of 100 a second and more out of a pod, until they are stopped. */
final class Ping {
  private static final EventLog LOG = EventLog.of(Ping.class);
  private static final Duration ENDS = Duration.ofSeconds(5);

  /**
   * ping rounds its interval up to the kernel's ticks: one that is told 10 ms sends 60 to 70 a
   * second.
   */
  private static final int AT_ONCE = 2;

  private final String name;
  private final List<Running> running;

  /** One program, and what it will have said. */
  private record Running(Child child, CompletableFuture<String> output) {}

  private Ping(String name, List<Running> running) {
    this.name = name;
    this.running = running;
  }

  /** Starts it. */
  static Ping start(String name, PodEndpoint from, Place node, String netns, Ip to) {
    List<String> ping = List.of("ping", "-n", "-i", "0.01", to.toString());
    var running = new ArrayList<Running>();
    for (int i = 0; i < AT_ONCE; i++) {
      Child child = Program.of(node.enteringNetns(netns, ping)).start();
      // A thread of its own: it blocks until ping ends, and the common pool watches our children.
      var output = new CompletableFuture<String>();
      Thread.ofPlatform().daemon().name("ping").start(() -> output.complete(readAll(child)));
      running.add(new Running(child, output));
    }
    return new Ping(name + ": " + from + " -> " + to, running);
  }

  /** What came until the end; a broken pipe is an end, and its answers are then missing. */
  private static String readAll(Child child) {
    var read = new ByteArrayOutputStream();
    try (var out = child.stdout()) {
      out.transferTo(read);
    } catch (IOException e) {
      LOG.warn("lab.ping.output_lost", "cause", e.getMessage());
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  String name() {
    return name;
  }

  /** Stops it as Control-C does, so that it counts, and reads what it said. */
  PingReport stop() throws InterruptedException {
    running.forEach(each -> interrupt(each.child()));
    var all = PingReport.NONE;
    for (Running each : running) {
      if (!each.child().awaitEnd(ENDS)) {
        each.child().kill();
      }
      all = all.plus(PingReport.read(each.output().join()));
    }
    return all;
  }

  /** The program itself is behind those that entered the namespaces for it. */
  private static void interrupt(Child child) {
    ProcessHandle.of(child.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().command().filter(c -> c.endsWith("ping")).isPresent())
        .forEach(process ->
            Program.run(
                List.of("kill", "-INT", Long.toString(process.pid())), Optional.empty(), ENDS));
  }
}
