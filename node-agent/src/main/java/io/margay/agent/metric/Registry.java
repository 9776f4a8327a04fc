package io.margay.agent.metric;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All metrics of the agent. Names are Calico's where Calico has the meaning, else {@code margay_}
 * names; labels come from bounded sets only.
 */
public final class Registry {
  /** Content type of Prometheus' text format. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  public Registry() {
    var runtime = ManagementFactory.getRuntimeMXBean();
    gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since the epoch.",
        () -> runtime.getStartTime() / 1000.0);
    gauge("process_resident_memory_bytes", "Resident memory.", Registry::residentBytes);
    gauge(
        "process_cpu_seconds_total",
        "Processor time that the process has used.",
        Registry::cpuSeconds);
    var memory = ManagementFactory.getMemoryMXBean();
    gauge(
        "margay_jvm_heap_used_bytes",
        "Java heap in use; close to the limit means collections in a row.",
        () -> memory.getHeapMemoryUsage().getUsed());
  }

  /** A value that is asked for at each scrape. Label names and values alternate. */
  public void gauge(String name, String help, DoubleSupplier value, String... labels) {
    Gauge.builder(name, value::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .strongReference(true)
        .register(registry);
  }

  /** A count that only grows, asked for at each scrape. The name goes without {@code _total}. */
  public void counter(String name, String help, DoubleSupplier value, String... labels) {
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble)
        .description(help)
        .tags(Tags.of(labels))
        .register(registry);
  }

  /** Counts one more. The name goes without {@code _total}. */
  public void count(String name, String help, String... labels) {
    Counter.builder(name).description(help).tags(Tags.of(labels)).register(registry).increment();
  }

  /** Records how long something took. The name goes without {@code _seconds}. */
  public void time(String name, String help, Duration took, String... labels) {
    Timer.builder(name)
        .description(help)
        .tags(Tags.of(labels))
        .serviceLevelObjectives(
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20))
        .register(registry)
        .record(took);
  }

  /** The page that Prometheus reads. */
  public String page() {
    return registry.scrape();
  }

  private static double residentBytes() {
    try {
      Matcher matcher = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
      return matcher.find() ? Double.parseDouble(matcher.group(1)) * 1024 : Double.NaN;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(cpu -> cpu.toNanos() / 1e9)
        .orElse(Double.NaN);
  }
}
