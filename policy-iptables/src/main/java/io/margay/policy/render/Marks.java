package io.margay.policy.render;

/**
 * Bits of the packet mark, in hexadecimal as iptables takes them.
 *
 * @param accept a policy has accepted the packet
 * @param pass go on with the next tier
 * @param drop a policy has denied the packet
 * @param allBlocks all parts of a rule so far hold; in raw: the packet is from a workload
 * @param thisBlock the part of a rule that is being looked at holds
 */
record Marks(long accept, long pass, long drop, long allBlocks, long thisBlock) {
  private static final int NEEDED = 5;

  /** The lowest bits of a mask, as Calico gives them out. */
  static Marks of(long mask) {
    if (Long.bitCount(mask) < NEEDED || mask >>> Integer.SIZE != 0) {
      throw new IllegalArgumentException(
          "mark mask 0x" + Long.toHexString(mask) + ": " + NEEDED + " of the lower 32 bits needed");
    }
    long[] bits = new long[NEEDED];
    long left = mask;
    for (int i = 0; i < NEEDED; i++) {
      bits[i] = Long.lowestOneBit(left);
      left ^= bits[i];
    }
    return new Marks(bits[0], bits[1], bits[2], bits[3], bits[4]);
  }

  long all() {
    return accept | pass | drop | allBlocks | thisBlock;
  }
}
