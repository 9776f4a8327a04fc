package io.margay.jmh;

import io.margay.bgp.export.ExportPeer;
import io.margay.bgp.export.GroupMember;
import io.margay.bgp.export.GroupRules;
import io.margay.bgp.export.Message;
import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.export.PeerSink;
import io.margay.bgp.export.UpdateGroups;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.RouteRows;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.Set;
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

/** From chosen routes to a group's bytes: judged, rewritten, packed and handed to a connection. */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = Core.WARM_UP)
@Measurement(iterations = Core.MEASURED)
@Fork(1)
public class TellBench {
  /** A peer that takes whatever it is told. */
  private static final class Listener implements PeerSink {
    private long told;

    @Override
    public boolean hasRoom() {
      return true;
    }

    @Override
    public void send(Message message) {
      told += message.announced();
      message.bytes().release();
    }

    @Override
    public void endOfRib(Family family) {}

    @Override
    public void endOfRefresh(Family family) {}
  }

  /** A table was heard with other attributes, and a group of one peer is to be told. */
  @State(Scope.Benchmark)
  public static class Untold {
    private static final long MOST_WAITING = 4 << 20;
    private static final Ip4 SELF = Ip4.of("10.99.0.1");
    private static final Ip4 LISTENER = Ip4.of("10.99.2.1");
    private static final long AS = 64512;

    private final Listener listener = new Listener();
    private final UpdateGroups groups;
    private final Speech peer;

    public Untold() {
      this(Core.ROUTES);
    }

    Untold(int routes) {
      var core = new Core(this::decided);
      this.groups = new UpdateGroups(core.rib(), PooledByteBufAllocator.DEFAULT, MOST_WAITING);
      core.rib().holder(groups);
      var rules =
          new ExportPeer(
              "Global_" + LISTENER,
              AS,
              AS,
              LISTENER,
              SELF,
              true,
              Set.of(Family.IPV4),
              List.of(SELF),
              NextHopMode.AUTO,
              ExportPolicy.ACCEPT);
      var member = new GroupMember(rules.name(), LISTENER.bits(), listener);
      var _ = groups.join(member, GroupRules.of(rules, Sender.FORMAT, 1));
      this.peer = new Speech(core, routes, 1);
    }

    private void decided(RouteRows rows, int row, boolean changed) {
      if (changed) {
        groups.mark(rows, row);
      }
    }

    @Setup(Level.Invocation)
    public void hear() {
      var _ = peer.announce();
    }

    /** Tells all; gives back how many prefixes were told so far. */
    long tell() {
      while (groups.flush()) {
        // There is more.
      }
      return listener.told;
    }
  }

  @Benchmark
  @OperationsPerInvocation(Core.ROUTES)
  public long announcements(Untold state) {
    return state.tell();
  }
}
