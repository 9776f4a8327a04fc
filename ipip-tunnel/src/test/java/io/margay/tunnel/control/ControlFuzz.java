package io.margay.tunnel.control;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** What agent and forwarder say to each other: lines of a table, and of a status. */
public final class ControlFuzz {
  private ControlFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    List<String> lines = new String(input, StandardCharsets.US_ASCII).lines().toList();
    ForwarderStatus status = ForwarderStatus.read(lines);
    if (!ForwarderStatus.read(status.text().lines().toList()).equals(status)) {
      throw new AssertionError("not the same when it is told again: " + status);
    }
    var table = new TableText.Collector();
    for (String line : lines) {
      TableText.read(line, table);
    }
    var again = new TableText.Collector();
    TableText.of(table.table()).lines().forEach(line -> TableText.read(line, again));
    if (!again.table().equals(table.table())) {
      throw new AssertionError("not the same when it is told again: " + table.table());
    }
  }
}
