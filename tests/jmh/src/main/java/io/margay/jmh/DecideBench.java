package io.margay.jmh;

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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From runs to chosen routes: what bgp-core does with a table, but for telling others of it. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class DecideBench {
  /** A RIB without routes, each time. */
  @State(Scope.Benchmark)
  public static class Fresh {
    Speech peer;

    public Fresh() {
      this(Core.ROUTES);
    }

    Fresh(int routes) {
      this.peer = new Speech(new Core(), routes, 1);
    }

    @Setup(Level.Invocation)
    public void empty() {
      peer = peer.to(new Core());
    }
  }

  /** A peer's table was there and is withdrawn; one route of another peer stays. */
  @State(Scope.Benchmark)
  public static class Emptied {
    final Speech peer;

    public Emptied() {
      this(Core.ROUTES);
    }

    Emptied(int routes) {
      var core = new Core();
      var _ = new Speech(core, 1, 2).announce();
      this.peer = new Speech(core, routes, 1);
      var _ = peer.announce();
    }

    @Setup(Level.Invocation)
    public void withdraw() {
      var _ = peer.withdraw();
    }
  }

  /** A peer's table is there, and one route of another peer. */
  @State(Scope.Benchmark)
  public static class Full {
    final Speech peer;

    public Full() {
      this(Core.ROUTES);
    }

    Full(int routes) {
      var core = new Core();
      var _ = new Speech(core, 1, 2).announce();
      this.peer = new Speech(core, routes, 1);
    }

    @Setup(Level.Invocation)
    public void announce() {
      var _ = peer.announce();
    }
  }

  /** A peer's table is there; another one that can say the same prefixes has withdrawn them. */
  @State(Scope.Benchmark)
  public static class Rivals {
    final Speech second;

    public Rivals() {
      this(Core.ROUTES);
    }

    Rivals(int routes) {
      var core = new Core();
      var _ = new Speech(core, routes, 1).announce();
      this.second = new Speech(core, routes, 2);
    }

    @Setup(Level.Invocation)
    public void withdraw() {
      var _ = second.withdraw();
    }
  }

  /** The first table of a process. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int fresh(Fresh state) {
    return state.peer.announce();
  }

  /** A second table, after the first one was withdrawn. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int warm(Emptied state) {
    return state.peer.announce();
  }

  /** All prefixes once more, with other attributes. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int again(Full state) {
    return state.peer.announce();
  }

  /** The same prefixes from another peer; it wins about half of them. */
  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int second(Rivals state) {
    return state.second.announce();
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public int withdraw(Full state) {
    return state.peer.withdraw();
  }
}
