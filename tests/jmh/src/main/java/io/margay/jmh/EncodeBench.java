package io.margay.jmh;

import io.margay.bgp.wire.RunEncoder;
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

/** From blocks and prefixes to UPDATEs. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class EncodeBench {
  /** What a group of peers has written at most before it is sent. */
  private static final int CHUNK = 8192;

  /** A table that is to be written. */
  @State(Scope.Benchmark)
  public static class Written {
    final Table table;
    final Blocks blocks;
    final RunEncoder encoder = new RunEncoder(Sender.FORMAT);

    public Written() {
      this(Core.ROUTES);
    }

    Written(int routes) {
      this.table = new Table(Family.IPV4, routes);
      this.blocks = new Blocks(table, new Sender(table, 1));
    }
  }

  /** Announces all; gives back how many bytes that were. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public long announcements(Written state) {
    RunEncoder encoder = state.encoder;
    Table table = state.table;
    long bytes = 0;
    int chunk = 0;
    for (int set = 0; set < table.sets(); set++) {
      encoder.announcements(
          table.family(), state.blocks.bytes, state.blocks.from[set], state.blocks.from[set + 1]);
      for (int i = table.first(set); i < table.end(set); i++) {
        encoder.prefix(table.high(i), 0, table.length(i), 0);
      }
      encoder.finish();
      if (table.end(set) - chunk > CHUNK) {
        bytes += encoder.length();
        encoder.clear();
        chunk = table.end(set);
      }
    }
    bytes += encoder.length();
    encoder.clear();
    return bytes;
  }

  /** Withdraws all; gives back how many bytes that were. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public long withdrawals(Written state) {
    RunEncoder encoder = state.encoder;
    Table table = state.table;
    long bytes = 0;
    for (int from = 0; from < table.size(); from += CHUNK) {
      encoder.withdrawals(table.family());
      for (int i = from; i < Math.min(table.size(), from + CHUNK); i++) {
        encoder.prefix(table.high(i), 0, table.length(i), 0);
      }
      encoder.finish();
      bytes += encoder.length();
      encoder.clear();
    }
    return bytes;
  }
}
