package io.margay.ipam.claim;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.Reserved;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * All blocks of a pool, beginning at a place that depends on the host and wrapping around. Hosts
 * that claim at the same time thus seldom want the same block, and one host comes back to the same.
 */
public final class BlockOrder implements Iterable<Prefix> {
  // Calico counts with big numbers; nobody walks past this many blocks.
  private static final int MAX_INDEX_BITS = 62;

  private final Prefix pool;
  private final int blockSize;
  private final long count;
  private final long first;

  private BlockOrder(Prefix pool, int blockSize, long seed) {
    this.pool = pool;
    this.blockSize = blockSize;
    this.count = 1L << Math.min(blockSize - pool.length(), MAX_INDEX_BITS);
    this.first = new SplittableRandom(seed).nextLong(count);
  }

  /**
   * The order for a seed: {@link #seed} of the host, or chance where blocks hold one address and no
   * host comes back to its own.
   */
  public static BlockOrder of(Prefix pool, int blockSize, long seed) {
    return new BlockOrder(pool, blockSize, seed);
  }

  /** FNV-1 of the name, 32 bits, as Calico seeds its own generator. */
  public static long seed(String host) {
    int hash = 0x811c9dc5;
    for (byte b : host.getBytes(StandardCharsets.UTF_8)) {
      hash = hash * 0x01000193 ^ (b & 0xff);
    }
    return Integer.toUnsignedLong(hash);
  }

  @Override
  public Iterator<Prefix> iterator() {
    return outside(Reserved.NONE).iterator();
  }

  /**
   * The same without blocks that a reservation holds as a whole. It is stepped over at once: half
   * of an IPv6 pool has more blocks than anybody can look at.
   */
  public Iterable<Prefix> outside(Reserved reserved) {
    return () -> new Walk(reserved);
  }

  private final class Walk implements Iterator<Prefix> {
    private final Reserved reserved;
    private long given;

    Walk(Reserved reserved) {
      this.reserved = reserved;
    }

    @Override
    public boolean hasNext() {
      while (given < count) {
        long index = (first + given) % count;
        Optional<Prefix> around = reserved.around(block(index));
        if (around.isEmpty()) {
          return true;
        }
        given += Math.min(behind(around.get(), index), count) - index;
      }
      return false;
    }

    @Override
    public Prefix next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all " + count + " blocks of " + pool + " were given");
      }
      return block((first + given++) % count);
    }
  }

  /** The index behind the last block of a network that holds the block of this index. */
  private long behind(Prefix network, long index) {
    int bits = blockSize - network.length();
    return bits >= MAX_INDEX_BITS ? count : (index >>> bits << bits) + (1L << bits);
  }

  private Prefix block(long index) {
    int shift = pool.family().bits() - blockSize;
    Ip start =
        switch (pool.address()) {
          case Ip4 base -> new Ip4(base.bits() | (int) (index << shift));
          case Ip6 base ->
              new Ip6(
                  base.high() | (shift == 0 ? 0 : index >>> (64 - shift)),
                  base.low() | index << shift);
        };
    return new Prefix(start, blockSize);
  }
}
