package io.margay.jmh;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Ip4;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A RIB that hears runs as that of a reflector does, which passes routes on and installs none:
 * applied, decided in slices, rows taken away.
 */
final class Core {
  /** Of the default-free zone there are as many. */
  static final int ROUTES = 1_000_000;

  /** Calls that are not measured: behind them the code is compiled. */
  static final int WARM_UP = 4;

  /** Calls that are. */
  static final int MEASURED = 4;

  private static final long AS = 64512;
  private static final int SELF = 0x0a630001;

  /** As many as the speaker decides in one go. */
  private static final int SLICE = 4096;

  private final LocRib rib;
  private final LocRib.Decided decided;
  private int changes;

  /** An empty one. */
  Core() {
    this((_, _, _) -> {});
  }

  /**
   * The same.
   *
   * @param next hears of each row, too
   */
  Core(LocRib.Decided next) {
    var self = new Ip4(SELF);
    this.rib = new LocRib(new Identity(self, Optional.of(self), Set.of(self)));
    rib.followWays(false);
    this.decided =
        (rows, row, changed) -> {
          changes += changed ? 1 : 0;
          next.decided(rows, row, changed);
        };
  }

  LocRib rib() {
    return rib;
  }

  /** A client of the reflector. */
  AdjRibIn open(Sender sender) {
    var address = new Ip4(sender.address());
    var neighbour =
        new Neighbour("Global_" + address, PeerKind.GLOBAL, address, AS, AS, address, true, 0);
    return rib.open(neighbour, ImportPolicy.ACCEPT);
  }

  /** The peer says all this; gives back at how many prefixes another route was chosen. */
  int hear(AdjRibIn from, List<UpdateRun> runs) {
    changes = 0;
    for (UpdateRun run : runs) {
      for (int op = 0; op < run.operations(); op++) {
        rib.apply(from, run, op);
      }
      while (rib.hasMarked()) {
        rib.walk(SLICE);
        rib.decide(SLICE, decided);
      }
      while (rib.sweep(SLICE)) {
        // There is more.
      }
    }
    return changes;
  }
}
