package io.margay.ipam.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.Reserved;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockOrderTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/24, 26, 4",
    "10.0.0.0/26, 26, 1",
    "10.0.0.8/29, 32, 8",
    "0.0.0.0/0, 4, 16",
    "fd00::/120, 122, 4",
    "fd00::/125, 128, 8",
  })
  void everyBlockComesOnce(String pool, int blockSize, int count) {
    for (long seed = 0; seed < 20; seed++) {
      List<Prefix> blocks = all(BlockOrder.of(Prefix.of(pool), blockSize, seed));
      assertThat(blocks)
          .hasSize(count)
          .doesNotHaveDuplicates()
          .allMatch(b -> b.length() == blockSize && Prefix.of(pool).contains(b));
    }
  }

  @Test
  void blocksFollowEachOtherAndWrapAround() {
    List<Prefix> blocks = all(BlockOrder.of(Prefix.of("10.0.0.0/24"), 26, 1));
    var sorted = new ArrayList<>(blocks.subList(blocks.indexOf(Prefix.of("10.0.0.0/26")), 4));
    sorted.addAll(blocks.subList(0, blocks.indexOf(Prefix.of("10.0.0.0/26"))));
    assertThat(sorted).isSorted();
  }

  @Test
  void aHostBeginsAtTheSamePlaceEachTimeAndHostsAtDifferentOnes() {
    Prefix pool = Prefix.of("10.0.0.0/8");
    var starts = new HashSet<Prefix>();
    for (int i = 0; i < 100; i++) {
      long seed = BlockOrder.seed("node-" + i);
      Prefix first = BlockOrder.of(pool, 26, seed).iterator().next();
      assertThat(BlockOrder.of(pool, 26, seed).iterator().next()).isEqualTo(first);
      starts.add(first);
    }
    assertThat(starts).hasSizeGreaterThan(95);
  }

  @Test
  void aPoolOfMoreBlocksThanALongCountsIsWalked() {
    Prefix pool = Prefix.of("fd00::/8");
    var blocks = BlockOrder.of(pool, 122, 7).iterator();
    Prefix first = blocks.next();
    assertThat(pool.contains(first)).isTrue();
    assertThat(blocks.next()).isEqualTo(new Prefix(first.address().plus(64), 122));
  }

  // The published vectors of FNV-1, 32 bits.
  @ParameterizedTest
  @CsvSource({"'', 2166136261", "a, 84696446", "foobar, 837857890"})
  void theSeedIsFnv1(String name, long seed) {
    assertThat(BlockOrder.seed(name)).isEqualTo(seed);
  }

  @Test
  void whatIsReservedAsAWholeIsLeftOutAndTheRestKeepsItsOrder() {
    Prefix pool = Prefix.of("10.0.0.0/24");
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var cidrs = new ArrayList<Prefix>();
      for (int i = random.nextInt(4); i > 0; i--) {
        int length = 22 + random.nextInt(11);
        cidrs.add(Prefix.containing(new Ip4(0x0a000000 + random.nextInt(512)), length));
      }
      var reserved = new Reserved(cidrs);
      BlockOrder order = BlockOrder.of(pool, 28, seed);
      var outside = new ArrayList<Prefix>();
      order.outside(reserved).forEach(outside::add);
      assertThat(outside)
          .as("seed %d, reserved %s", seed, cidrs)
          .isEqualTo(all(order).stream().filter(b -> !reserved.covers(b)).toList());
    }
  }

  @Test
  void halfOfAnIpv6PoolIsSteppedOverAtOnce() {
    BlockOrder order = BlockOrder.of(Prefix.of("fd00::/64"), 122, 7);
    var lower = new Reserved(List.of(Prefix.of("fd00::/65")));
    assertThat(lower.contains(order.outside(lower).iterator().next().address())).isFalse();
    var all = new Reserved(List.of(Prefix.of("fd00::/40")));
    assertThat(order.outside(all)).isEmpty();
  }

  private static List<Prefix> all(BlockOrder order) {
    return StreamSupport.stream(order.spliterator(), false).toList();
  }
}
