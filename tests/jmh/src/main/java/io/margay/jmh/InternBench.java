package io.margay.jmh;

import io.margay.bgp.rib.AttributeSets;
import io.margay.foundation.addr.Family;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** From blocks to the ids of attribute sets: a route's share, as each UPDATE is looked up once. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class InternBench {
  /** The sets of a table, and what holds them. */
  static final class Sets {
    private final Blocks blocks;
    private final AttributeSets sets = new Core().rib().sets();
    private final int[] ids;

    Sets(int routes) {
      var table = new Table(Family.IPV4, routes);
      this.blocks = new Blocks(table, new Sender(table, 1));
      this.ids = new int[blocks.size()];
    }

    /** All of them once more; gives back how many different ones there are. */
    int hold() {
      for (int i = 0; i < ids.length; i++) {
        ids[i] = sets.hold(blocks.bytes, blocks.from[i], blocks.from[i + 1], blocks.hashes[i]);
      }
      return sets.size();
    }

    void release() {
      for (int id : ids) {
        sets.release(id);
      }
    }
  }

  /** Nothing is held yet. */
  @State(Scope.Benchmark)
  public static class Fresh {
    final Sets sets;

    public Fresh() {
      this(Core.ROUTES);
    }

    Fresh(int routes) {
      this.sets = new Sets(routes);
    }

    @TearDown(Level.Invocation)
    public void release() {
      sets.release();
    }
  }

  /** All are held. */
  @State(Scope.Benchmark)
  public static class Known {
    final Sets sets;

    public Known() {
      this(Core.ROUTES);
    }

    Known(int routes) {
      this.sets = new Sets(routes);
      var _ = sets.hold();
    }

    @TearDown(Level.Invocation)
    public void release() {
      sets.release();
    }
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int fresh(Fresh state) {
    return state.sets.hold();
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int known(Known state) {
    return state.sets.hold();
  }
}
