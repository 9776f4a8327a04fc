package io.margay.lab.demo;

import io.margay.lab.live.Lab;
import io.margay.lab.live.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How much memory each agent has, of what kinds, and the processes that it keeps besides. */
final class MemoryStep {
  private static final double PROMISED_MIB = 200;
  private static final double KIB = 1024;

  private final Lab lab;
  private final Clocked out;
  private final Findings findings;

  MemoryStep(Lab lab, Clocked out, Findings findings) {
    this.lab = lab;
    this.out = out;
    this.findings = findings;
  }

  void report() {
    var table = new TextTable("NODE", "PROCESS", "RESIDENT", "OF THAT");
    lab.agents()
        .forEach((node, agent) ->
            agent.process().ifPresent(process -> node(table, node, process.pid())));
    out.say("resident memory");
    out.show(table.lines());
  }

  private void node(TextTable table, String node, long agent) {
    Map<String, Long> parts = parts(agent);
    double mib = parts.values().stream().mapToLong(Long::longValue).sum() / KIB;
    table.row(node, "agent", "%.0f MiB".formatted(mib), text(parts));
    if (mib > PROMISED_MIB) {
      findings.add(
          "the agent on %s has %.0f MiB, promised are %.0f".formatted(node, mib, PROMISED_MIB));
    }
    for (long pid : otherJvms(lab.place(node).holder(), agent)) {
      Map<String, Long> others = parts(pid);
      double all = others.values().stream().mapToLong(Long::longValue).sum() / KIB;
      table.row(node, "forwarder", "%.0f MiB".formatted(all), text(others));
    }
  }

  private static Map<String, Long> parts(long pid) {
    try {
      return MemoryParts.of(Files.readAllLines(Path.of("/proc/" + pid + "/smaps")));
    } catch (IOException e) {
      return new LinkedHashMap<>();
    }
  }

  private static String text(Map<String, Long> parts) {
    return parts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .filter(part -> part.getValue() >= KIB)
        .map(part -> "%s %.0f".formatted(part.getKey(), part.getValue() / KIB))
        .collect(Collectors.joining(", "));
  }

  /** Java processes in a node's PID namespace besides its agent. */
  private static List<Long> otherJvms(long holder, long agent) {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      Path namespace = Files.readSymbolicLink(Path.of("/proc/" + holder + "/ns/pid"));
      return all.filter(process -> process.pid() != agent)
          .filter(process -> process.info().command().filter(c -> c.endsWith("/java")).isPresent())
          .map(ProcessHandle::pid)
          .filter(pid -> isIn(pid, namespace))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isIn(long pid, Path namespace) {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).equals(namespace);
    } catch (IOException e) {
      return false;
    }
  }
}
