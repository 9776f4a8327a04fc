package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.wire.Runs;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.util.List;

/** What peers say, as the RIB hears it. */
public final class Hearing {
  private Hearing() {}

  public static void announce(
      LocRib rib, AdjRibIn from, Attributes attributes, List<Prefix> prefixes) {
    announce(rib, from, attributes, prefixes, IntLists.emptyList());
  }

  /** The same with path identifiers (RFC 7911). */
  public static void announce(
      LocRib rib, AdjRibIn from, Attributes attributes, List<Prefix> prefixes, IntList pathIds) {
    say(rib, from, Runs.announce(attributes, prefixes, pathIds));
  }

  public static void withdraw(LocRib rib, AdjRibIn from, List<Prefix> prefixes) {
    withdraw(rib, from, prefixes, IntLists.emptyList());
  }

  /** The same with path identifiers (RFC 7911). */
  public static void withdraw(LocRib rib, AdjRibIn from, List<Prefix> prefixes, IntList pathIds) {
    say(rib, from, Runs.withdraw(prefixes, pathIds));
  }

  /** All of a run. */
  public static void say(LocRib rib, AdjRibIn from, UpdateRun run) {
    for (int op = 0; op < run.operations(); op++) {
      if (run.kind(op) != UpdateRun.Kind.END_OF_RIB) {
        rib.apply(from, run, op);
      }
    }
  }
}
