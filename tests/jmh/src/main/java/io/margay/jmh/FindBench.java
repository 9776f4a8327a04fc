package io.margay.jmh;

import io.margay.bgp.rib.LocRib;
import io.margay.bgp.table.PrefixTable;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
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

/** Look-ups in a full table, in no order. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class FindBench {
  static final int ADDRESSES = 100_000;

  /** The table, and its prefixes shuffled. */
  @State(Scope.Benchmark)
  public static class Prefixes {
    private final PrefixTable table = new PrefixTable(Family.IPV4);
    private final long[] high;
    private final byte[] lengths;

    public Prefixes() {
      this(Core.ROUTES);
    }

    Prefixes(int routes) {
      var source = new Table(Family.IPV4, routes);
      this.high = new long[routes];
      this.lengths = new byte[routes];
      for (int i = 0; i < routes; i++) {
        var _ = table.add(source.high(i), 0, source.length(i));
        // The insertion of a shuffle: whom it throws out goes to the end.
        int place = (int) Long.remainderUnsigned(Table.scrambled(i), i + 1);
        high[i] = high[place];
        lengths[i] = lengths[place];
        high[place] = source.high(i);
        lengths[place] = (byte) source.length(i);
      }
    }

    /** Looks for each; gives back how many are there. */
    int findAll() {
      int found = 0;
      for (int i = 0; i < high.length; i++) {
        found += table.find(high[i], 0, lengths[i]) == PrefixTable.NONE ? 0 : 1;
      }
      return found;
    }
  }

  /** A RIB with the table, and addresses that it has routes to. */
  @State(Scope.Benchmark)
  public static class Addresses {
    private final LocRib rib;
    private final Ip4[] addresses;

    public Addresses() {
      this(Core.ROUTES, ADDRESSES);
    }

    Addresses(int routes, int count) {
      var table = new Table(Family.IPV4, routes);
      var sender = new Sender(table, 1);
      var core = new Core();
      var _ = core.hear(core.open(sender), Sender.runs(sender.announcements(1)));
      this.rib = core.rib();
      this.addresses = new Ip4[count];
      for (int i = 0; i < count; i++) {
        int prefix = (int) Long.remainderUnsigned(Table.scrambled(i), routes);
        addresses[i] = new Ip4((int) (table.high(prefix) >>> 32) + 1);
      }
    }

    /** Looks for the prefixes around each; gives back how many there are. */
    int around() {
      int found = 0;
      for (Ip4 address : addresses) {
        found += rib.reader().around(address).size();
      }
      return found;
    }
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int prefix(Prefixes state) {
    return state.findAll();
  }

  @Benchmark
  @OperationsPerInvocation(ADDRESSES)
  public int around(Addresses state) {
    return state.around();
  }
}
