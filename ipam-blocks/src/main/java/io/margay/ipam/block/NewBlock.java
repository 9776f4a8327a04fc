package io.margay.ipam.block;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Owner;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Blocks that are about to be created. */
public final class NewBlock {
  private NewBlock() {}

  /**
   * An empty block of this owner. Its sequence numbers begin at the time of the claim in
   * nanoseconds, so that a block that was deleted and made anew never counts the same numbers
   * twice.
   */
  public static Block of(Prefix cidr, Owner owner, Instant claimed) {
    int size = Math.toIntExact(cidr.size());
    return new Block(
        cidr,
        Optional.of(owner),
        Optional.of(claimed.truncatedTo(ChronoUnit.SECONDS)),
        Collections.nCopies(size, OptionalInt.empty()),
        IntStream.range(0, size).boxed().toList(),
        List.of(),
        TimeUnit.SECONDS.toNanos(claimed.getEpochSecond()) + claimed.getNano(),
        Map.of(),
        false);
  }
}
