package io.margay.route.target;

import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** ip-monitor(8) as a judge: what it saw of routes between its start and the question. */
final class IpMonitor implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestNetns namespace;
  private final Child child;
  private final BufferedReader lines;

  IpMonitor(TestNetns namespace) {
    this.namespace = namespace;
    this.child = Program.of(namespace.ipArguments("-o monitor route")).start();
    this.lines = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
    mark("10.255.255.1");
  }

  /** All that was told of before this call. */
  List<String> routeEvents() {
    return mark("10.255.255.2");
  }

  /**
   * Makes an event that is known, again and again until the monitor, once it listens, has told of
   * it: what it tells first may be something else. A route is made and removed each time, as the
   * kernel is silent about one that is replaced by its equal.
   */
  private List<String> mark(String address) {
    var seen = new ArrayList<String>();
    long end = System.nanoTime() + LIMIT.toNanos();
    try {
      do {
        if (System.nanoTime() - end > 0) {
          throw new AssertionError("ip monitor told nothing of " + address + " within " + LIMIT);
        }
        namespace.ip("route add unreachable " + address + " proto 99");
        namespace.ip("route del unreachable " + address + " proto 99");
        while (lines.ready()) {
          seen.add(lines.readLine());
        }
      } while (seen.stream().noneMatch(line -> line.contains(address)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    seen.removeIf(line -> line.contains("10.255.255."));
    return seen;
  }

  @Override
  public void close() {
    child.kill();
  }
}
