package io.margay.bench.tunnel;

import io.margay.bench.frame.Measure;
import io.margay.bench.frame.Measure.Better;
import java.util.List;

/** What a run of traffic tells of a mode. */
enum Figure {
  /** One TCP connection. */
  TCP("", "Mbit/s", Better.HIGHER),
  /** UDP datagrams of 64 bytes that arrive while as many are sent as the sender can. */
  PACKETS(".packets", "packets/s", Better.HIGHER),
  /** Median of pings between two idle nodes. */
  PING(".ping", "us", Better.LOWER),
  /** Their 99th percentile. */
  PING_P99(".ping.p99", "us", Better.LOWER),
  /** Processors' time of both forwarders for a gigabyte of that connection. */
  CPU(".cpu", "s/GB", Better.LOWER),
  /** The most resident memory that a forwarder had. */
  MEMORY(".memory", "MiB", Better.LOWER);

  /** What modes without a forwarder have, too. */
  static final List<Figure> OF_TRAFFIC = List.of(TCP, PACKETS, PING, PING_P99);

  static final List<Figure> ALL = List.of(values());

  private final String suffix;
  private final String unit;
  private final Better better;

  Figure(String suffix, String unit, Better better) {
    this.suffix = suffix;
    this.unit = unit;
    this.better = better;
  }

  /** This figure of what has that name. */
  Measure measure(String name) {
    return new Measure(name + suffix, unit, better);
  }
}
