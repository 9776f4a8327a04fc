package io.margay.bench.tunnel;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.frame.Series;
import io.margay.bench.host.Tenant;
import io.margay.kernel.process.ProgramException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One run of a mode: two fresh nodes, the way between them, all traffic one after the other. */
final class Trial implements AutoCloseable {
  /** What every run starts. */
  static final List<String> PROGRAMS =
      List.of("unshare", "nsenter", "setpriv", "ip", "iperf3", "ping");

  private static final int PORT = 5201;
  private static final int DATAGRAM_BYTES = 64;
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** What a distribution's kernel does; a machine may have another one set. */
  private static final String CONGESTION_CONTROL = "cubic";

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BYTES_PER_GB = 1e9;
  private static final double MIB = 1024 * 1024;

  private final Node first;
  private final Node second;
  private final List<Tenant> forwarders = new ArrayList<>();

  private Trial(Node first, Node second) {
    this.first = first;
    this.second = second;
  }

  /**
   * Values of all figures that the mode has.
   *
   * @throws RunFailed when the mode does not work, or a program that measures it does not
   */
  static Map<Figure, Double> run(Mode.Layer layer, Load load) {
    try (Trial trial = open()) {
      trial.lay(layer);
      return trial.measure(load);
    } catch (ProgramException e) {
      throw new RunFailed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RunFailed("interrupted");
    }
  }

  private static Trial open() {
    Node first = Node.open(1);
    try {
      Node second = Node.open(2);
      try {
        first.connect(second);
        return new Trial(first, second);
      } catch (RuntimeException e) {
        second.close();
        throw e;
      }
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private void lay(Mode.Layer layer) throws InterruptedException {
    layer.lay(first, second).ifPresent(forwarders::add);
    layer.lay(second, first).ifPresent(forwarders::add);
  }

  private Map<Figure, Double> measure(Load load) throws InterruptedException {
    var values = new EnumMap<Figure, Double>(Figure.class);
    if (load.warmSeconds() > 0) {
      tcp(load.warmSeconds());
    }
    Series pings = ping(load.pings());
    values.put(Figure.PING, pings.percentile(50));
    values.put(Figure.PING_P99, pings.percentile(99));
    double before = cpuSeconds();
    IperfReport tcp = tcp(load.seconds());
    values.put(Figure.TCP, tcp.mbits());
    if (!forwarders.isEmpty()) {
      values.put(Figure.CPU, (cpuSeconds() - before) / (tcp.bytes() / BYTES_PER_GB));
    }
    values.put(Figure.PACKETS, udp(load).packets());
    forwarders.stream()
        .mapToDouble(forwarder -> forwarder.peakBytes() / MIB)
        .max()
        .ifPresent(peak -> values.put(Figure.MEMORY, peak));
    return values;
  }

  private double cpuSeconds() {
    return forwarders.stream()
        .mapToDouble(forwarder -> forwarder.cpu().toNanos() / NANOS_PER_SECOND)
        .sum();
  }

  private Series ping(int count) {
    var argv = words("ping -n -W 1 -i 0.002 -c %d %s".formatted(count, second.pod()));
    return PingReport.micros(first.run(argv, LIMIT).out(), count);
  }

  private IperfReport tcp(int seconds) throws InterruptedException {
    return iperf("-t %d -C %s".formatted(seconds, CONGESTION_CONTROL));
  }

  private IperfReport udp(Load load) throws InterruptedException {
    return iperf("-t %d -u -b %s -l %d".formatted(load.seconds(), load.udpRate(), DATAGRAM_BYTES));
  }

  /** A server for one client, and that client; both pods' addresses, so that the way is used. */
  private IperfReport iperf(String options) throws InterruptedException {
    var server = words("iperf3 -s -1 -p %d -B %s".formatted(PORT, second.pod()));
    try (Tenant serving = second.start(server, "iperf3.log")) {
      serving.awaitListening(PORT);
      var client =
          words(
              "iperf3 -J -p %d -c %s -B %s %s".formatted(PORT, second.pod(), first.pod(), options));
      return IperfReport.read(first.run(client, LIMIT).out());
    }
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  @Override
  public void close() {
    forwarders.forEach(Tenant::close);
    first.close();
    second.close();
  }
}
