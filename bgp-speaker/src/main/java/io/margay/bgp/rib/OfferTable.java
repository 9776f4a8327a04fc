package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.table.IntPages;
import io.margay.bgp.table.Places;
import io.margay.bgp.table.RowIndex;
import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who says what, for any number of prefixes: a teller, the attributes as received and as imported,
 * the preference, and why it is excluded if it is. Each content is there once, named by an int and
 * counted; so is each route of this node, which is of one prefix. Owned by the RIB's thread.
 */
public final class OfferTable {
  /** No offer. */
  public static final int NONE = -1;

  private static final int NOT_EXCLUDED = -1;
  private static final int MIX = 0x9e3779b9;

  private final AttributeSets sets;
  private final List<@Nullable Teller> tellers = new ArrayList<>();
  private final IntArrayList freeTellers = new IntArrayList();
  private final InternTable<Exclusion> exclusions = new InternTable<>();
  private final Int2ObjectOpenHashMap<LocalRoute> locals = new Int2ObjectOpenHashMap<>();
  private final Object2IntOpenHashMap<LocalRoute> localIds = new Object2IntOpenHashMap<>();
  private final RowIndex index = new RowIndex(this::hash);
  private final Places places = new Places(0);
  private int size;

  // By id.
  private final IntPages counts = new IntPages();
  private final IntPages by = new IntPages();
  private final IntPages received = new IntPages();
  private final IntPages imported = new IntPages();
  private final IntPages preferences = new IntPages();
  private final IntPages excluded = new IntPages();

  OfferTable(AttributeSets sets) {
    this.sets = sets;
    tellers.add(new Teller(null, null));
  }

  /** Number of a new teller. */
  int open(AdjRibIn from, Neighbour neighbour) {
    var teller = new Teller(from, neighbour);
    if (freeTellers.isEmpty()) {
      tellers.add(teller);
      return tellers.size() - 1;
    }
    int number = freeTellers.popInt();
    tellers.set(number, teller);
    return number;
  }

  /** The teller says nothing more; its number is free when its last offer is. */
  void close(int number) {
    Teller teller = atNumber(number);
    teller.current = false;
    freeIfUnused(number, teller);
  }

  /** The peers of now. */
  List<AdjRibIn> current() {
    var out = new ArrayList<AdjRibIn>();
    for (Teller teller : tellers) {
      if (teller != null && teller.current && teller.from != null) {
        out.add(teller.from);
      }
    }
    return out;
  }

  /**
   * Id of an offer, counted once more.
   *
   * @param set attributes as received
   * @param result what the import made of them
   */
  int hold(int teller, int set, Importer.Result result) {
    int importedSet = result.exclusion() == null ? sets.hold(result.attributes()) : retained(set);
    int why = result.exclusion() == null ? NOT_EXCLUDED : exclusions.intern(result.exclusion());
    int id = hold(teller, set, importedSet, result.preference(), why);
    sets.release(importedSet);
    if (why != NOT_EXCLUDED) {
      exclusions.release(why);
    }
    return id;
  }

  /** The same of attributes that were taken as they came. */
  int hold(int teller, int set, int preference) {
    return hold(teller, set, set, preference, NOT_EXCLUDED);
  }

  /** Id of an own route, counted once more. */
  int holdLocal(LocalRoute route) {
    int known = localIds.getOrDefault(route, NONE);
    if (known != NONE) {
      counts.add(known, 1);
      return known;
    }
    int set = sets.hold(route.attributes());
    int id = place(Teller.SELF, set, set, route.kind().preference(), NOT_EXCLUDED);
    sets.release(set);
    locals.put(id, route);
    localIds.put(route, id);
    return id;
  }

  /** Id of the same offer with these attributes behind a policy; counted for the caller. */
  public int holdAs(int id, Attributes attributes) {
    int set = sets.hold(attributes);
    try {
      if (set == imported.get(id)) {
        counts.add(id, 1);
        return id;
      }
      return hold(by.get(id), received.get(id), set, preferences.get(id), NOT_EXCLUDED);
    } finally {
      sets.release(set);
    }
  }

  /** Counts the id once more. */
  public void retain(int id) {
    counts.add(id, 1);
  }

  /** Gives one count back; after the last the id may name another offer. */
  public void release(int id) {
    int left = counts.add(id, -1);
    if (left > 0) {
      return;
    }
    if (left < 0) {
      throw new IllegalStateException("offer " + id + " was released");
    }
    LocalRoute local = locals.remove(id);
    if (local == null) {
      index.remove(hash(id), id);
    } else {
      localIds.removeInt(local);
    }
    sets.release(received.get(id));
    sets.release(imported.get(id));
    if (excluded.get(id) != NOT_EXCLUDED) {
      exclusions.release(excluded.get(id));
    }
    int number = by.get(id);
    Teller teller = atNumber(number);
    teller.offers--;
    freeIfUnused(number, teller);
    size--;
    if (places.give(id)) {
      trim();
    }
  }

  /** Id of the attributes behind the import policy, in {@link AttributeSets}. */
  public int imported(int id) {
    return imported.get(id);
  }

  int received(int id) {
    return received.get(id);
  }

  int preference(int id) {
    return preferences.get(id);
  }

  /** Number of who makes the offer, while somebody counts it. */
  public int teller(int id) {
    return by.get(id);
  }

  Teller tellerOf(int id) {
    return atNumber(by.get(id));
  }

  boolean isExcluded(int id) {
    return excluded.get(id) != NOT_EXCLUDED;
  }

  @Nullable Exclusion exclusion(int id) {
    int why = excluded.get(id);
    return why == NOT_EXCLUDED ? null : exclusions.value(why);
  }

  /** The own route; null for a peer's offer. */
  @Nullable LocalRoute local(int id) {
    return locals.get(id);
  }

  /** The peer that makes the offer; empty for this node. */
  public Optional<Neighbour> neighbour(int id) {
    return tellerOf(id).optional;
  }

  public boolean isLocal(int id) {
    return by.get(id) == Teller.SELF;
  }

  /** Where a route with this offer comes from. */
  public RouteSource source(int id) {
    LocalRoute local = locals.get(id);
    Neighbour neighbour = tellerOf(id).neighbour;
    if (local != null) {
      return new RouteSource.Local(local);
    }
    if (neighbour != null) {
      return new RouteSource.Peer(neighbour);
    }
    throw new IllegalStateException("offer " + id + " of nobody");
  }

  /** True when routes of both are the same to FIB and peers: their origin and their attributes. */
  boolean isSameRoute(int a, int b) {
    if (a == b) {
      return true;
    }
    return a != NONE
        && b != NONE
        && imported.get(a) == imported.get(b)
        && !isLocal(a)
        && !isLocal(b)
        && Objects.equals(tellerOf(a).neighbour, tellerOf(b).neighbour);
  }

  private int hold(int teller, int set, int importedSet, int preference, int why) {
    int hash = hash(teller, set, importedSet, preference, why);
    int[] shard = index.shard(hash);
    int mask = shard.length - 1;
    for (int slot = hash & mask; shard[slot] != 0; slot = (slot + 1) & mask) {
      int id = RowIndex.row(shard[slot]);
      if (RowIndex.mayBe(shard[slot], hash)
          && received.get(id) == set
          && by.get(id) == teller
          && imported.get(id) == importedSet
          && preferences.get(id) == preference
          && excluded.get(id) == why) {
        counts.add(id, 1);
        return id;
      }
    }
    int id = place(teller, set, importedSet, preference, why);
    index.add(hash, id);
    return id;
  }

  private int place(int teller, int set, int importedSet, int preference, int why) {
    int id = places.take();
    size++;
    makeRoom(places.end());
    sets.retain(set);
    sets.retain(importedSet);
    if (why != NOT_EXCLUDED) {
      exclusions.retain(why);
    }
    counts.set(id, 1);
    by.set(id, teller);
    received.set(id, set);
    imported.set(id, importedSet);
    preferences.set(id, preference);
    excluded.set(id, why);
    atNumber(teller).offers++;
    return id;
  }

  private void makeRoom(int ids) {
    counts.ensure(ids);
    by.ensure(ids);
    received.ensure(ids);
    imported.ensure(ids);
    preferences.ensure(ids);
    excluded.ensure(ids);
  }

  private void trim() {
    int ids = places.end();
    counts.trim(ids);
    by.trim(ids);
    received.trim(ids);
    imported.trim(ids);
    preferences.trim(ids);
    excluded.trim(ids);
  }

  /** Bytes that the offers need that are there, without room that is free. */
  long needed() {
    return 33L * size;
  }

  /** Bytes that are held. */
  long bytes() {
    return counts.bytes()
        + by.bytes()
        + received.bytes()
        + imported.bytes()
        + preferences.bytes()
        + excluded.bytes()
        + index.bytes()
        + places.bytes();
  }

  private int retained(int set) {
    sets.retain(set);
    return set;
  }

  private Teller atNumber(int number) {
    Teller teller = tellers.get(number);
    if (teller == null) {
      throw new IllegalStateException("teller " + number + " is gone");
    }
    return teller;
  }

  private void freeIfUnused(int number, Teller teller) {
    if (!teller.current && teller.offers == 0) {
      tellers.set(number, null);
      freeTellers.push(number);
    }
  }

  private int hash(int id) {
    return hash(
        by.get(id), received.get(id), imported.get(id), preferences.get(id), excluded.get(id));
  }

  private static int hash(int teller, int set, int importedSet, int preference, int why) {
    int mixed = ((set * 31 + importedSet) * 31 + teller) * MIX;
    mixed ^= mixed >>> 15;
    mixed = (mixed + preference * 31 + why) * MIX;
    return mixed ^ mixed >>> 13;
  }
}
