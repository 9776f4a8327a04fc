package io.margay.bgp.wire;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Between a run and the objects that mean the same. */
final class RunObjects {
  private RunObjects() {}

  /**
   * Puts an UPDATE behind what the run has. Attributes that have no block (see {@link
   * AttributeBlock#fits}) are a fault: what they were announced for is withdrawn.
   */
  static void append(UpdateRun out, DecodedUpdate update, BlockHash hash) {
    out.nextUpdate();
    var faults = new ArrayList<>(update.faults());
    withdraw(out, update);
    for (Announcement announcement : update.announced()) {
      int first = out.prefixes;
      for (int i = 0; i < announcement.prefixes().size(); i++) {
        add(out, announcement.prefixes().get(i), NlriList.idAt(announcement.pathIds(), i));
      }
      if (AttributeBlock.fits(announcement.attributes())) {
        announce(out, announcement, first, hash);
      } else {
        out.withdraw(announcement.family(), first, out.prefixes);
        faults.add(new Fault.TreatAsWithdraw(AttributeCode.AS_PATH, Fault.Cause.LENGTH, 0));
      }
    }
    update.endOfRib().ifPresent(out::endOfRib);
    if (!faults.isEmpty()) {
      out.fault(List.copyOf(faults), update.faulty());
    }
  }

  private static void withdraw(UpdateRun out, DecodedUpdate update) {
    NlriList withdrawn = NlriList.of(update.withdrawn(), update.withdrawnIds());
    int done = 0;
    while (done < withdrawn.size()) {
      Family family = withdrawn.prefix(done).family();
      int first = out.prefixes;
      do {
        add(out, withdrawn.prefix(done), withdrawn.id(done));
        done++;
      } while (done < withdrawn.size() && withdrawn.prefix(done).family() == family);
      out.withdraw(family, first, out.prefixes);
    }
  }

  private static void announce(
      UpdateRun out, Announcement announcement, int first, BlockHash hash) {
    byte[] block = AttributeBlock.encode(announcement.attributes());
    out.blockRoom(block.length);
    int from = out.blocksEnd;
    int to = from + block.length;
    System.arraycopy(block, 0, out.blocks, from, block.length);
    out.blocksEnd = to;
    out.announce(
        announcement.family(), first, out.prefixes, from, to, hash.of(out.blocks, from, to));
  }

  static List<DecodedUpdate> updates(UpdateRun run) {
    var out = new ArrayList<DecodedUpdate>(run.count());
    for (int i = 0; i < run.count(); i++) {
      out.add(update(run, run.firstOperation(i), run.firstOperation(i + 1)));
    }
    for (UpdateRun.Faulty faulty : run.faults()) {
      DecodedUpdate clean = out.get(faulty.update());
      out.set(faulty.update(), clean.with(faulty.faults(), faulty.attributes()));
    }
    return out;
  }

  private static DecodedUpdate update(UpdateRun run, int from, int to) {
    var withdrawn = new NlriList();
    var announced = new ArrayList<Announcement>(2);
    Optional<Family> endOfRib = Optional.empty();
    for (int op = from; op < to; op++) {
      Family family = run.family(op);
      switch (run.kind(op)) {
        case WITHDRAW -> withdrawn.addAll(prefixes(run, op));
        case ANNOUNCE ->
            announced.add(
                new Announcement(
                    family,
                    AttributeBlock.decode(run.blocks(), run.blockFrom(op), run.blockTo(op)),
                    prefixes(run, op)));
        case END_OF_RIB -> endOfRib = Optional.of(family);
      }
    }
    return new DecodedUpdate(withdrawn, announced, endOfRib);
  }

  private static NlriList prefixes(UpdateRun run, int op) {
    var out = new NlriList();
    for (int i = run.first(op); i < run.end(op); i++) {
      Ip address =
          run.family(op) == Family.IPV4
              ? new Ip4((int) (run.high(i) >>> 32))
              : new Ip6(run.high(i), run.low(i));
      out.add(new Prefix(address, run.length(i)), run.pathId(i));
    }
    return out;
  }

  private static void add(UpdateRun out, Prefix prefix, int id) {
    out.room(1);
    int at = out.prefixes;
    if (id != 0) {
      out.holdIds();
    }
    if (out.ids.length > 0) {
      out.ids[at] = id;
    }
    switch (prefix.address()) {
      case Ip4(int bits) -> {
        out.high[at] = (long) bits << 32;
        if (out.low.length > 0) {
          out.low[at] = 0;
        }
      }
      case Ip6(long high, long low) -> {
        out.holdLow();
        out.high[at] = high;
        out.low[at] = low;
      }
    }
    out.lengths[at] = (byte) prefix.length();
    out.prefixes = at + 1;
  }
}
