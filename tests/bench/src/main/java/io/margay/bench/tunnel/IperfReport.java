package io.margay.bench.tunnel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.margay.bench.frame.RunFailed;

/** What {@code iperf3 -J} says at its client's end. */
record IperfReport(JsonNode end) {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final double MEGA = 1e6;

  /**
   * Reads it.
   *
   * @throws RunFailed when it tells of an error, or is no report
   */
  static IperfReport read(String text) {
    try {
      JsonNode report = MAPPER.readTree(text);
      if (report.hasNonNull("error")) {
        throw new RunFailed("iperf3: " + report.get("error").asText());
      }
      return new IperfReport(report.path("end"));
    } catch (JsonProcessingException e) {
      throw new RunFailed("iperf3 did not report: " + e.getOriginalMessage());
    }
  }

  /** Of TCP: what the receiver got, in Mbit/s. */
  double mbits() {
    return number("sum_received", "bits_per_second") / MEGA;
  }

  /** Of TCP: what the receiver got, in bytes. */
  double bytes() {
    return number("sum_received", "bytes");
  }

  /** Of UDP: datagrams that arrived, in a second. */
  double packets() {
    return (number("sum", "packets") - number("sum", "lost_packets")) / number("sum", "seconds");
  }

  private double number(String sum, String name) {
    JsonNode value = end.path(sum).path(name);
    if (!value.isNumber()) {
      throw new RunFailed("iperf3 reported no end." + sum + "." + name);
    }
    return value.asDouble();
  }
}
