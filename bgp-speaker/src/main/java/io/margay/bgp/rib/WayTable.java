package io.margay.bgp.rib;

import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;

/**
 * Where packets of chosen routes go, each content once, named by an int from 1 on and counted; 0
 * stands for a row without a route. A route of one way, as most are, makes no object.
 */
final class WayTable {
  static final int NONE = 0;

  private final InternTable<Ways> table = new InternTable<>();
  private final AttributeSets sets;
  private final OfferTable offers;
  private final Explainer explainer;

  /** Ways of one next hop, by it and the number of the peer's name. */
  private final Long2IntOpenHashMap single = new Long2IntOpenHashMap();

  private final Int2LongOpenHashMap keys = new Int2LongOpenHashMap();

  /** Numbers of all names that peers ever had: a handful, also where they come and go. */
  private final Object2IntOpenHashMap<String> names = new Object2IntOpenHashMap<>();

  WayTable(AttributeSets sets, OfferTable offers, Explainer explainer) {
    this.sets = sets;
    this.offers = offers;
    this.explainer = explainer;
  }

  /** Where packets go that follow one offer alone; counted once more. */
  int hold(int offer) {
    if (offers.isLocal(offer)) {
      return hold(explainer.ways(offer));
    }
    long key = (long) name(offer) << 32 | sets.nextHop(offers.imported(offer));
    int known = single.get(key);
    if (known != NONE) {
      table.retain(known - 1);
      return known;
    }
    int way = hold(explainer.ways(offer));
    single.put(key, way);
    keys.put(way, key);
    return way;
  }

  /** The same of any. */
  int hold(Ways ways) {
    return table.intern(ways) + 1;
  }

  /** Gives one count back; of none that is nothing. */
  void release(int way) {
    if (way != NONE && table.release(way - 1) && keys.containsKey(way)) {
      single.remove(keys.remove(way));
    }
  }

  Ways value(int way) {
    return table.value(way - 1);
  }

  /** Next hops are reached in another way, so that the same ones may be other ways. */
  void nextHopsChanged() {
    single.clear();
    keys.clear();
  }

  private int name(int offer) {
    Teller teller = offers.tellerOf(offer);
    if (teller.nameNumber < 0) {
      String name = teller.neighbour == null ? "" : teller.neighbour.name();
      teller.nameNumber = names.computeIfAbsent(name, _ -> names.size());
    }
    return teller.nameNumber;
  }
}
