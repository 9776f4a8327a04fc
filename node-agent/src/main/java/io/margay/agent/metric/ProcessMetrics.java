package io.margay.agent.metric;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The process as Prometheus' own clients show it, and the Java heap. */
public final class ProcessMetrics {
  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

  private ProcessMetrics() {}

  public static void bind(Registry registry) {
    var runtime = ManagementFactory.getRuntimeMXBean();
    registry.gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since the epoch; worry when it changes unasked.",
        () -> runtime.getStartTime() / 1000.0);
    registry.gauge(
        "process_resident_memory_bytes",
        "Resident memory in bytes; worry close to the container's limit.",
        ProcessMetrics::residentBytes);
    registry.counter(
        "process_cpu_seconds",
        "Processor time used, in seconds; worry when it grows by a second a second.",
        ProcessMetrics::cpuSeconds);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      registry.gauge(
          "process_open_fds",
          "Open file descriptors; worry close to process_max_fds.",
          unix::getOpenFileDescriptorCount);
      registry.gauge(
          "process_max_fds",
          "The most file descriptors that may be open; says nothing by itself.",
          unix::getMaxFileDescriptorCount);
    }
    var memory = ManagementFactory.getMemoryMXBean();
    registry.gauge(
        "margay_jvm_heap_used_bytes",
        "Java heap in use, in bytes; worry when it stays close to margay_jvm_heap_max_bytes.",
        () -> memory.getHeapMemoryUsage().getUsed());
    registry.gauge(
        "margay_jvm_heap_max_bytes",
        "The most that the Java heap may take, in bytes; says nothing by itself.",
        () -> memory.getHeapMemoryUsage().getMax());
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
