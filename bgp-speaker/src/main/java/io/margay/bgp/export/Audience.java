package io.margay.bgp.export;

import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.OfferTable;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group, and which of them a route is not for: who told it (RFC 4271, 9.2), and
 * who brought it into the AS (RFC 4456, 8). No two members have the same name or router id.
 */
final class Audience {
  private static final long ALL = exceptions(Chunk.NOBODY, Chunk.NOBODY);
  private static final int NO_MEMBER = -2;

  /** Exceptions of what is not told to anybody. */
  static final long EVERYBODY = exceptions(NO_MEMBER, NO_MEMBER);

  private final LocRib rib;
  private final List<@Nullable GroupMember> places = new ArrayList<>();
  private final Map<String, GroupMember> byName = new HashMap<>();
  private final Int2ObjectOpenHashMap<GroupMember> byRouterId = new Int2ObjectOpenHashMap<>();

  Audience(LocRib rib) {
    this.rib = rib;
  }

  /** True when a member like that would be taken for another one. */
  boolean hasLike(GroupMember member) {
    return byName.containsKey(member.name) || byRouterId.containsKey(member.routerId);
  }

  void add(GroupMember member) {
    int free = places.indexOf(null);
    if (free < 0) {
      member.place = places.size();
      places.add(member);
    } else {
      member.place = free;
      places.set(free, member);
    }
    byName.put(member.name, member);
    byRouterId.put(member.routerId, member);
  }

  void remove(GroupMember member) {
    places.set(member.place, null);
    byName.remove(member.name);
    byRouterId.remove(member.routerId);
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /** All members, for now. */
  Iterable<GroupMember> members() {
    return byName.values();
  }

  /** Whom a route is not for, as one number; see {@link #first} and {@link #second}. */
  long exceptions(int offer) {
    if (offer == OfferTable.NONE) {
      return ALL;
    }
    Optional<Neighbour> from = rib.offers().neighbour(offer);
    if (from.isEmpty()) {
      return ALL;
    }
    int set = rib.offers().imported(offer);
    GroupMember teller = byName.get(from.get().name());
    GroupMember originator =
        rib.sets().hasOriginator(set) ? byRouterId.get(rib.sets().originator(set)) : null;
    return exceptions(
        teller == null ? Chunk.NOBODY : teller.place,
        originator == null ? Chunk.NOBODY : originator.place);
  }

  /** True when a route is not for this member. */
  boolean isExcepted(int offer, GroupMember member) {
    return isOneOf(exceptions(offer), member.place);
  }

  /** True when what has these exceptions is for the member. */
  static boolean isFor(long exceptions, int place) {
    return exceptions != EVERYBODY && !isOneOf(exceptions, place);
  }

  static boolean isOneOf(long exceptions, int place) {
    return place == first(exceptions) || place == second(exceptions);
  }

  /** A member's place, or nobody. */
  static int first(long exceptions) {
    return (int) (exceptions >> 32);
  }

  /** A member's place, or nobody. */
  static int second(long exceptions) {
    return (int) exceptions;
  }

  private static long exceptions(int first, int second) {
    return (long) first << 32 | (second & 0xffffffffL);
  }
}
