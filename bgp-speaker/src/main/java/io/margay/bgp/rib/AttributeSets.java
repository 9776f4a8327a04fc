package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.table.BlockTable;
import io.margay.bgp.table.IntPages;
import io.margay.bgp.table.LongPages;
import io.margay.bgp.wire.AttributeBlock;
import io.margay.bgp.wire.BlockFacts;
import io.margay.bgp.wire.BlockHash;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The attribute sets that routes have, each content once, as its block (see {@link
 * AttributeBlock}), named by an int and counted. What the decision compares is read from a block
 * once. Owned by the RIB's thread.
 */
public final class AttributeSets {
  /** Sets whose objects are remembered: those that views and filters just looked at. */
  private static final int REMEMBERED = 64;

  private final BlockTable blocks = new BlockTable();
  private final NextHopTable nextHops;
  private final BlockFacts facts = new BlockFacts();
  private final BlockHash hashes = new BlockHash();

  // By id.
  private final LongPages ranks = new LongPages();
  private final IntPages meds = new IntPages();
  private final IntPages neighbours = new IntPages();
  private final IntPages originators = new IntPages();
  private final IntPages notes = new IntPages();
  private final IntPages hops = new IntPages();

  private final @Nullable Attributes[] remembered = new Attributes[REMEMBERED];
  private final int[] rememberedIds = new int[REMEMBERED];

  // Of notes: the well-known communities of BlockFacts, and these; the cluster list's length above.
  private static final int HAS_ORIGINATOR = 1 << 8;
  private static final int HAS_ONLY_TO_CUSTOMER = 1 << 9;
  private static final int HAS_LOCAL_PREF = 1 << 10;
  private static final int CLUSTERS_SHIFT = 16;

  AttributeSets(NextHopTable nextHops) {
    this.nextHops = nextHops;
  }

  /** See {@link BlockTable#keys}. */
  void keys(LongSupplier secret) {
    blocks.keys(secret);
  }

  /** Id of the set that a block holds, counted once more. */
  public int hold(byte[] bytes, int from, int to, int hash) {
    int id = blocks.intern(bytes, from, to - from, hash);
    if (blocks.count(id) == 1) {
      note(id);
    }
    return id;
  }

  /** The same of an object. */
  public int hold(Attributes attributes) {
    byte[] block = AttributeBlock.encode(attributes);
    return hold(block, 0, block.length, hashes.of(block, 0, block.length));
  }

  /** Counts the id once more. */
  public void retain(int id) {
    blocks.retain(id);
  }

  /** Gives one count back; after the last the id may name another set. */
  public void release(int id) {
    int hop = hops.get(id);
    if (blocks.release(id)) {
      if (hop != NextHopTable.NONE) {
        nextHops.release(hop);
      }
      if (rememberedIds[id % REMEMBERED] == id) {
        remembered[id % REMEMBERED] = null;
      }
      trim(blocks.end());
    }
  }

  /** The set as an object. */
  public Attributes value(int id) {
    Attributes known = remembered[id % REMEMBERED];
    if (known != null && rememberedIds[id % REMEMBERED] == id) {
      return known;
    }
    int from = blocks.from(id);
    Attributes value = AttributeBlock.decode(blocks.page(id), from, from + blocks.length(id));
    remembered[id % REMEMBERED] = value;
    rememberedIds[id % REMEMBERED] = id;
    return value;
  }

  /** The bytes that {@link #from} and {@link #to} are places of, until any change. */
  public byte[] bytes(int id) {
    return blocks.page(id);
  }

  public int from(int id) {
    return blocks.from(id);
  }

  public int to(int id) {
    return blocks.from(id) + blocks.length(id);
  }

  /** Different sets that are held. */
  public int size() {
    return blocks.size();
  }

  /** The well-known communities that it has, as bits of {@link BlockFacts}. */
  public int wellKnown(int id) {
    return notes.get(id) & 0xff;
  }

  public boolean hasOnlyToCustomer(int id) {
    return (notes.get(id) & HAS_ONLY_TO_CUSTOMER) != 0;
  }

  public boolean hasOriginator(int id) {
    return (notes.get(id) & HAS_ORIGINATOR) != 0;
  }

  /** ORIGINATOR_ID; 0 without one. */
  public int originator(int id) {
    return originators.get(id);
  }

  boolean hasLocalPref(int id) {
    return (notes.get(id) & HAS_LOCAL_PREF) != 0;
  }

  /** LOCAL_PREF or its default, AS_PATH's length and ORIGIN in one: the smaller one is better. */
  long rank(int id) {
    return ranks.get(id);
  }

  /** LOCAL_PREF, or its default. */
  long localPref(int id) {
    return ~(ranks.get(id) >>> 32) & 0xffffffffL;
  }

  /** MULTI_EXIT_DISC without its sign; 0 without one. */
  int med(int id) {
    return meds.get(id);
  }

  /** The AS that told the route, without its sign; 0 for none: no path has AS 0 (RFC 7607). */
  int neighbourAs(int id) {
    return neighbours.get(id);
  }

  int clusterListLength(int id) {
    return notes.get(id) >>> CLUSTERS_SHIFT;
  }

  /** Id in the table of next hops. */
  int nextHop(int id) {
    return hops.get(id);
  }

  int countAs(int id, long asn) {
    return BlockFacts.countAs(bytes(id), from(id), to(id), asn);
  }

  boolean hasCluster(int id, Ip4 cluster) {
    return BlockFacts.hasCluster(bytes(id), from(id), to(id), cluster.bits());
  }

  /** The next hop; empty for a route of this node that has none yet. */
  public Optional<Ip> nextHopOf(int id) {
    int hop = hops.get(id);
    return hop == NextHopTable.NONE ? Optional.empty() : Optional.of(nextHops.address(hop));
  }

  /** Bytes that the sets need that are there, without room that is free. */
  long needed() {
    return 53L * blocks.size() + blocks.content();
  }

  /** Bytes that are held. */
  long bytes() {
    return blocks.bytes()
        + ranks.bytes()
        + meds.bytes()
        + neighbours.bytes()
        + originators.bytes()
        + notes.bytes()
        + hops.bytes();
  }

  private void trim(int ids) {
    ranks.trim(ids);
    meds.trim(ids);
    neighbours.trim(ids);
    originators.trim(ids);
    notes.trim(ids);
    hops.trim(ids);
  }

  private void note(int id) {
    facts.scan(bytes(id), from(id), to(id));
    int room = id + 1;
    ranks.ensure(room);
    meds.ensure(room);
    neighbours.ensure(room);
    originators.ensure(room);
    notes.ensure(room);
    hops.ensure(room);
    ranks.set(
        id,
        (~facts.localPref() & 0xffffffffL) << 32
            | (long) facts.asPathLength() << 8
            | facts.origin());
    meds.set(id, (int) facts.med());
    neighbours.set(id, facts.neighbourAs() == BlockFacts.NO_AS ? 0 : (int) facts.neighbourAs());
    originators.set(id, facts.originatorId());
    notes.set(
        id,
        facts.wellKnown()
            | (facts.hasOriginatorId() ? HAS_ORIGINATOR : 0)
            | (facts.onlyToCustomer() == BlockFacts.NO_AS ? 0 : HAS_ONLY_TO_CUSTOMER)
            | (facts.hasLocalPref() ? HAS_LOCAL_PREF : 0)
            | facts.clusterListLength() << CLUSTERS_SHIFT);
    hops.set(id, facts.nextHopBits() == 0 ? NextHopTable.NONE : nextHops.hold(nextHop()));
  }

  private Ip nextHop() {
    return facts.nextHopBits() == 32
        ? new Ip4((int) (facts.nextHopHigh() >>> 32))
        : new Ip6(facts.nextHopHigh(), facts.nextHopLow());
  }
}
