package io.margay.bgp.wire;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs of one UPDATE, from objects. */
public final class Runs {
  private Runs() {}

  /** Announces prefixes of any family; identifiers as many, or none. */
  public static UpdateRun announce(Attributes attributes, List<Prefix> prefixes, IntList pathIds) {
    NlriList all = NlriList.of(prefixes, pathIds);
    var announcements = new ArrayList<Announcement>();
    for (Family family : Family.values()) {
      if (!UpdateEncoder.ofFamily(all, family).isEmpty()) {
        announcements.add(
            new Announcement(family, attributes, UpdateEncoder.ofFamily(all, family)));
      }
    }
    return of(new DecodedUpdate(new NlriList(), announcements, Optional.empty()));
  }

  /** Withdraws prefixes of any family; identifiers as many, or none. */
  public static UpdateRun withdraw(List<Prefix> prefixes, IntList pathIds) {
    return of(new DecodedUpdate(NlriList.of(prefixes, pathIds), List.of(), Optional.empty()));
  }

  /** The same UPDATE. */
  public static UpdateRun of(DecodedUpdate update) {
    var run = new UpdateRun();
    RunObjects.append(run, update, new BlockHash());
    return run;
  }
}
