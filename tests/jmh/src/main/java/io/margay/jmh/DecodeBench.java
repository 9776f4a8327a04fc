package io.margay.jmh;

import io.margay.bgp.wire.RunDecoder;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Family;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From a connection's bytes to runs. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class DecodeBench {
  /** A table in bytes, and what a connection reads it with. */
  static final class Stream {
    private final byte[] updates;
    private final RunDecoder decoder = new RunDecoder(Sender.FORMAT);
    private final UpdateRun run = new UpdateRun();

    Stream(Family family, int routes) {
      this.updates = new Sender(new Table(family, routes), 1).announcements(1);
    }

    /** Reads all of it; gives back how many prefixes that were. */
    int read() {
      int prefixes = 0;
      int at = 0;
      while (at < updates.length) {
        at = decoder.read(updates, at, Math.min(updates.length, at + Sender.READ), run);
        prefixes += run.announced();
        run.clear();
      }
      return prefixes;
    }
  }

  /** A table of IPv4. */
  @State(Scope.Benchmark)
  public static class Ip4Table {
    final Stream stream;

    public Ip4Table() {
      this(Core.ROUTES);
    }

    Ip4Table(int routes) {
      this.stream = new Stream(Family.IPV4, routes);
    }
  }

  /** A table of IPv6. */
  @State(Scope.Benchmark)
  public static class Ip6Table {
    static final int ROUTES = 250_000;
    final Stream stream;

    public Ip6Table() {
      this(ROUTES);
    }

    Ip6Table(int routes) {
      this.stream = new Stream(Family.IPV6, routes);
    }
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int ip4(Ip4Table table) {
    return table.stream.read();
  }

  @Benchmark
  @OperationsPerInvocation(Ip6Table.ROUTES)
  public int ip6(Ip6Table table) {
    return table.stream.read();
  }
}
