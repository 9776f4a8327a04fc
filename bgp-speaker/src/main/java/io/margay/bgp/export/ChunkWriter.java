package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.rib.RouteRows;
import io.margay.bgp.wire.RunEncoder;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes changes: withdrawals first, then what shares its attributes together. Each offer is
 * written once, for all members but those that it came from; who was told of a route that now comes
 * from there gets a withdrawal of its own.
 */
final class ChunkWriter {
  private static final int NONE = -1;

  private final GroupExport export;
  private final Audience audience;
  private final RunEncoder encoder;
  private final ByteBufAllocator allocator;

  // What is written now.
  private List<Chunk.Part> parts = new ArrayList<>();
  private int partFrom;
  private int messagesBefore;

  // Changes to what makes the same bytes hang together: the first of each content, the last one so
  // far, and behind each the next.
  private final Long2IntOpenHashMap contents = new Long2IntOpenHashMap();
  private final IntArrayList firsts = new IntArrayList();
  private final IntArrayList lasts = new IntArrayList();
  private final IntArrayList nexts = new IntArrayList();

  ChunkWriter(
      GroupExport export, Audience audience, WireFormat format, ByteBufAllocator allocator) {
    this.export = export;
    this.audience = audience;
    this.encoder = new RunEncoder(format);
    this.allocator = allocator;
    contents.defaultReturnValue(NONE);
  }

  /**
   * All changes, for all members.
   *
   * @param said4 the IPv4 ones, for those that do not hear of them
   * @param said6 the IPv6 ones
   */
  Chunk write(GroupChanges ip4, GroupChanges ip6, ChunkRows said4, ChunkRows said6) {
    begin();
    withdraw(ip4);
    withdraw(ip6);
    withdrawFromTellers(ip4);
    withdrawFromTellers(ip6);
    announce(ip4);
    announce(ip6);
    return new Chunk(bytes(), parts, said4, said6);
  }

  /**
   * What one member has to hear, whatever the others do: what each change leads to; what leads to
   * nothing is withdrawn.
   */
  Message writeAlone(GroupChanges ip4, GroupChanges ip6) {
    begin();
    for (GroupChanges changes : List.of(ip4, ip6)) {
      encoder.withdrawals(changes.rows.family());
      for (int i = 0; i < changes.size(); i++) {
        if (changes.after(i) == OfferTable.NONE) {
          prefix(changes, i);
        }
      }
      encoder.finish();
    }
    announce(ip4);
    announce(ip6);
    int announced = parts.stream().mapToInt(Chunk.Part::announced).sum();
    int withdrawn = ip4.size() + ip6.size() - announced;
    return new Message(bytes(), encoder.messages(), announced, withdrawn);
  }

  private void begin() {
    encoder.clear();
    parts = new ArrayList<>();
    partFrom = 0;
    messagesBefore = 0;
  }

  private ByteBuf bytes() {
    return allocator
        .directBuffer(Math.max(1, encoder.length()))
        .writeBytes(encoder.bytes(), 0, encoder.length());
  }

  private void withdraw(GroupChanges changes) {
    var kinds = new LongArrayList();
    for (int i = 0; i < changes.size(); i++) {
      if (isWithdrawn(changes, i)) {
        long exceptions = audience.exceptions(changes.before(i));
        if (!kinds.contains(exceptions)) {
          kinds.add(exceptions);
        }
      }
    }
    for (int k = 0; k < kinds.size(); k++) {
      int prefixes = 0;
      encoder.withdrawals(changes.rows.family());
      for (int i = 0; i < changes.size(); i++) {
        if (isWithdrawn(changes, i)
            && (kinds.size() == 1 || audience.exceptions(changes.before(i)) == kinds.getLong(k))) {
          prefix(changes, i);
          prefixes++;
        }
      }
      part(kinds.getLong(k), Chunk.NOBODY, 0, prefixes);
    }
  }

  private static boolean isWithdrawn(GroupChanges changes, int i) {
    return changes.after(i) == OfferTable.NONE && changes.before(i) != OfferTable.NONE;
  }

  /** The route comes from a member now that was told of another one. */
  private void withdrawFromTellers(GroupChanges changes) {
    var which = new IntArrayList();
    var places = new IntArrayList();
    for (int i = 0; i < changes.size(); i++) {
      if (changes.after(i) != OfferTable.NONE && changes.before(i) != OfferTable.NONE) {
        long now = audience.exceptions(changes.after(i));
        long then = audience.exceptions(changes.before(i));
        note(i, Audience.first(now), then, which, places);
        if (Audience.second(now) != Audience.first(now)) {
          note(i, Audience.second(now), then, which, places);
        }
      }
    }
    var done = new IntArrayList();
    for (int i = 0; i < places.size(); i++) {
      int place = places.getInt(i);
      if (!done.contains(place)) {
        done.add(place);
        withdrawFrom(place, changes, which, places);
      }
    }
  }

  private static void note(
      int change, int place, long then, IntArrayList which, IntArrayList places) {
    if (place != Chunk.NOBODY && !Audience.isOneOf(then, place)) {
      which.add(change);
      places.add(place);
    }
  }

  private void withdrawFrom(
      int place, GroupChanges changes, IntArrayList which, IntArrayList places) {
    int prefixes = 0;
    encoder.withdrawals(changes.rows.family());
    for (int i = 0; i < which.size(); i++) {
      if (places.getInt(i) == place) {
        prefix(changes, which.getInt(i));
        prefixes++;
      }
    }
    part(0, place, 0, prefixes);
  }

  private void announce(GroupChanges changes) {
    chain(changes);
    for (int c = 0; c < firsts.size(); c++) {
      int offer = changes.after(firsts.getInt(c));
      begin(offer, changes.rows.family());
      int prefixes = 0;
      for (int i = firsts.getInt(c); i != NONE; i = nexts.getInt(i)) {
        prefix(changes, i);
        prefixes++;
      }
      part(audience.exceptions(offer), Chunk.NOBODY, prefixes, 0);
    }
  }

  private void begin(int offer, Family family) {
    encoder.finish();
    int length = export.rewrite(offer, family);
    encoder.announcements(family, export.rewritten(), 0, length);
  }

  private void chain(GroupChanges changes) {
    contents.clear();
    firsts.clear();
    lasts.clear();
    nexts.clear();
    for (int i = 0; i < changes.size(); i++) {
      nexts.add(NONE);
      int offer = changes.after(i);
      if (offer == OfferTable.NONE) {
        continue;
      }
      int content = contents.putIfAbsent(export.content(offer), firsts.size());
      if (content == NONE) {
        firsts.add(i);
        lasts.add(i);
      } else {
        nexts.set(lasts.getInt(content), i);
        lasts.set(content, i);
      }
    }
  }

  private void prefix(GroupChanges changes, int i) {
    RouteRows rows = changes.rows;
    int row = changes.row(i);
    encoder.prefix(rows.high(row), rows.low(row), rows.length(row), changes.id(i));
  }

  /** What was written since the last part is one, or belongs to it where both are for the same. */
  private void part(long exceptions, int only, int announced, int withdrawn) {
    encoder.finish();
    int messages = encoder.messages() - messagesBefore;
    int except = only == Chunk.NOBODY ? Audience.first(exceptions) : Chunk.NOBODY;
    int also = only == Chunk.NOBODY ? Audience.second(exceptions) : Chunk.NOBODY;
    Chunk.Part last = parts.isEmpty() ? null : parts.getLast();
    if (last != null
        && last.except() == except
        && last.alsoExcept() == also
        && last.only() == only) {
      parts.removeLast();
      parts.add(
          new Chunk.Part(
              last.from(),
              encoder.length(),
              except,
              also,
              only,
              last.messages() + messages,
              last.announced() + announced,
              last.withdrawn() + withdrawn));
    } else {
      parts.add(
          new Chunk.Part(
              partFrom, encoder.length(), except, also, only, messages, announced, withdrawn));
    }
    partFrom = encoder.length();
    messagesBefore = encoder.messages();
  }
}
