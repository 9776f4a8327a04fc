package io.margay.ipam.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Shapes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  private static final Instant CLAIMED = Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
  private static final long FIRST = 1_700_000_000_123_456_789L;
  private static final Block EMPTY =
      NewBlock.of(Prefix.of("10.0.1.64/30"), Owner.host("node-a"), CLAIMED);

  @Test
  void aNewBlockHasTheShapeOfCalicos() {
    assertThat(Shapes.of(EMPTY))
        .isEqualTo(
            """
            IPAMBlock
              cidr: "10.0.1.64/30"
              affinity: "host:node-a"
              affinityClaimTime: "2023-11-14T22:13:20Z"
              allocations: [null, null, null, null]
              unallocated: [0, 1, 2, 3]
              attributes: []
              sequenceNumber: 1700000000123456789
              sequenceNumberForAllocation: {}
              deleted: false
              strictAffinity: false
            """);
  }

  @Test
  void addressesAreGivenFirstInFirstOut() {
    Block block = assign(EMPTY, "a");
    block = assign(block.withNextSequenceNumber(), "b");
    assertThat(Shapes.of(block))
        .contains(
            """
              allocations: [0, 1, null, null]
              unallocated: [2, 3]
              attributes: [{"handle_id": "a", "secondary": {"pod": "a"}}, {"handle_id": "b", "secondary": {"pod": "b"}}]
              sequenceNumber: 1700000000123456790
              sequenceNumberForAllocation: {"0": 1700000000123456789, "1": 1700000000123456790}
            """);
  }

  @Test
  void aFreedAddressGoesToTheEndOfTheLine() {
    Block block = assign(assign(EMPTY, "a"), "b");
    block = Release.ofHandle(block, "a").block();
    assertThat(block.unallocated()).containsExactly(2, 3, 0);
    assertThat(assigned(block, "c").ip()).isEqualTo(Ip.of("10.0.1.66"));
  }

  @Test
  void attributesAreSharedWhenAllOfThemAreEqual() {
    Block block = assign(assign(EMPTY, "a"), "a");
    assertThat(block.attributes()).hasSize(1);
    Assignment other =
        Assignment.next(block, Attributes.of("a", Map.of("pod", "other")), Reserved.NONE);
    assertThat(((Assignment.Given) other).block().attributes()).hasSize(2);
  }

  @Test
  void attributesWithoutAllocationGoAndIndexesMoveDown() {
    Block block = assign(assign(assign(EMPTY, "a"), "b"), "c");
    block = Release.ofHandle(block, "b").block();
    assertThat(Shapes.of(block))
        .contains("allocations: [0, null, 1, null]", "unallocated: [3, 1]")
        .contains("\"handle_id\": \"a\"", "\"handle_id\": \"c\"")
        .doesNotContain("\"handle_id\": \"b\"");
  }

  @Test
  void releaseByAddressTakesTheSequenceNumberAwayAndReleaseByHandleLeavesIt() {
    Block block = assign(assign(EMPTY, "a"), "b");
    assertThat(Release.ofHandle(block, "a").block().sequenceNumberForAllocation())
        .containsOnlyKeys(0, 1);
    assertThat(free(block, wanted("10.0.1.64")).block().sequenceNumberForAllocation())
        .containsOnlyKeys(1);
  }

  @Test
  void releaseByAddressChecksHandleAndSequenceNumber() {
    Block block = assign(EMPTY, "a");
    Ip ip = Ip.of("10.0.1.64");
    assertThat(release(block, new Release.Wanted(ip, Optional.of("b"), OptionalLong.empty())))
        .isEqualTo(new Release.OtherHandle(ip, Optional.of("a")));
    assertThat(release(block, new Release.Wanted(ip, Optional.of("a"), OptionalLong.of(1))))
        .isEqualTo(new Release.OtherSequenceNumber(ip, OptionalLong.of(FIRST)));
    assertThat(release(block, new Release.Wanted(ip, Optional.of("a"), OptionalLong.of(FIRST))))
        .isInstanceOf(Release.Freed.class);
  }

  @Test
  void whatIsFreeAlreadyIsPassedOverAndTheBlockStaysTheSame() {
    Release.Freed freed = free(EMPTY, wanted("10.0.1.65"));
    assertThat(freed).isEqualTo(new Release.Freed(EMPTY, List.of(), Map.of()));
  }

  @Test
  void handlesAreComparedUpToACarriageReturn() {
    Block block = assign(EMPTY, "a\rleft-over");
    Release.Freed freed = Release.ofHandle(block, "a");
    assertThat(freed.ips()).containsExactly(Ip.of("10.0.1.64"));
    assertThat(freed.byHandle()).isEqualTo(Map.of("a", 1));
  }

  @Test
  void reservedAddressesAreSkippedButKeepTheirPlace() {
    var reserved = new Reserved(List.of(Prefix.of("10.0.1.64/31")));
    var given = (Assignment.Given) Assignment.next(EMPTY, Attributes.of("a", Map.of()), reserved);
    assertThat(given.ip()).isEqualTo(Ip.of("10.0.1.66"));
    assertThat(given.block().unallocated()).containsExactly(0, 1, 3);
    assertThat(Occupancy.free(EMPTY, reserved)).isEqualTo(2);
    assertThat(Occupancy.free(EMPTY, new Reserved(List.of(Prefix.of("10.0.0.0/16"))))).isZero();
  }

  @Test
  void aGivenAddressIsTakenThoughReservedAndRefusedWhenInUse() {
    var a = Attributes.of("a", Map.of());
    var given = (Assignment.Given) Assignment.given(EMPTY, Ip.of("10.0.1.66"), a);
    assertThat(given.block().unallocated()).containsExactly(0, 1, 3);
    assertThat(Assignment.given(given.block(), Ip.of("10.0.1.66"), a))
        .isEqualTo(new Assignment.Taken(Optional.of("a")));
    assertThatThrownBy(() -> Assignment.given(EMPTY, Ip.of("10.0.1.68"), a))
        .hasMessage("10.0.1.68 is not in 10.0.1.64/30");
  }

  @Test
  void aFullBlockSaysSo() {
    Block block = assign(assign(assign(assign(EMPTY, "a"), "b"), "c"), "d");
    assertThat(Assignment.next(block, Attributes.of("e", Map.of()), Reserved.NONE))
        .isEqualTo(new Assignment.Full());
    assertThat(Occupancy.isEmpty(block)).isFalse();
  }

  @Test
  void whatWindowsReservesForItselfDoesNotFillABlock() {
    Block block = assign(EMPTY, "Windows-Reserved-IPAM-Handle");
    assertThat(Occupancy.isEmpty(block)).isTrue();
    assertThat(Occupancy.inUse(block)).isEmpty();
    assertThat(Occupancy.inUse(assign(block, "a"))).containsExactly(Ip.of("10.0.1.65"));
  }

  @Test
  void anAddressThatABrokenBlockListsAsFreeIsNotGivenTwice() {
    Block sound = assign(EMPTY, "a");
    Block broken =
        sound.withOccupancy(
            sound.allocations(),
            List.of(0, 1, 2, 3),
            sound.attributes(),
            sound.sequenceNumberForAllocation());
    assertThat(BlockFaults.of(broken)).containsExactly("ordinal 0 is allocated and free");
    assertThat(assigned(broken, "b").ip()).isEqualTo(Ip.of("10.0.1.65"));
    assertThat(Occupancy.free(broken, Reserved.NONE)).isEqualTo(3);
  }

  @Test
  void blocksOfIpv6CountInTheLowBits() {
    Block block = NewBlock.of(Prefix.of("fd00:1::ffff:ff80/122"), Owner.host("node-a"), CLAIMED);
    assertThat(block.allocations()).hasSize(64);
    assertThat(block.ip(63)).isEqualTo(Ip.of("fd00:1::ffff:ffbf"));
    assertThat(block.ordinal(Ip.of("fd00:1::ffff:ffbf"))).hasValue(63);
    assertThat(block.ordinal(Ip.of("fd00:1::ffff:ffc0"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyHistoryLeavesASoundBlockAndGivesNoAddressTwice(long seed) {
    var random = new Random(seed);
    Block block = NewBlock.of(Prefix.of("10.0.1.0/28"), Owner.host("node-a"), CLAIMED);
    var held = new HashMap<Ip, String>();
    for (int i = 0; i < 500; i++) {
      String handle = "h" + random.nextInt(12);
      switch (random.nextInt(3)) {
        case 0 -> {
          if (Assignment.next(block, attributes(handle), Reserved.NONE)
              instanceof Assignment.Given(var after, var ip)) {
            assertThat(held.put(ip, handle)).as("seed %d, %s", seed, ip).isNull();
            block = after.withNextSequenceNumber();
          } else {
            assertThat(held).hasSize(16);
          }
        }
        case 1 -> {
          Release.Freed freed = Release.ofHandle(block, handle);
          assertThat(freed.ips().stream().map(held::remove)).allMatch(handle::equals);
          assertThat(held).doesNotContainValue(handle);
          block = freed.block().withNextSequenceNumber();
        }
        default -> {
          Ip ip = block.ip(random.nextInt(16));
          Release.Freed freed = free(block, wanted(ip.toString()));
          String holder = held.remove(ip);
          assertThat(freed.byHandle()).isEqualTo(holder == null ? Map.of() : Map.of(holder, 1));
          block = freed.block().withNextSequenceNumber();
        }
      }
      assertThat(BlockFaults.of(block)).as("seed %d, step %d", seed, i).isEmpty();
      assertThat(Set.copyOf(Occupancy.inUse(block))).isEqualTo(held.keySet());
    }
  }

  @Test
  void aBlockWhoseListsDoNotFitIsRefused() {
    assertThatThrownBy(() -> EMPTY.withOccupancy(List.of(), List.of(), List.of(), Map.of()))
        .hasMessage("block 10.0.1.64/30 has 0 allocations");
    assertThatThrownBy(
            () -> EMPTY.withOccupancy(EMPTY.allocations(), List.of(4), List.of(), Map.of()))
        .hasMessage("block 10.0.1.64/30 has no ordinal 4");
  }

  @Test
  void faultsAreNamed() {
    Block sound = assign(EMPTY, "a");
    var twice = new ArrayList<>(IntStream.of(1, 2, 2).boxed().toList());
    Block broken =
        sound.withOccupancy(
            sound.allocations(),
            twice,
            List.of(attributes("a"), attributes("b")),
            Map.of(0, FIRST + 9));
    assertThat(BlockFaults.of(broken))
        .containsExactly(
            "ordinal 2 is twice in unallocated",
            "ordinal 3 is neither",
            "attribute 1 belongs to no allocation",
            "ordinal 0 was given at " + (FIRST + 9) + ", in the future");
  }

  private static Attributes attributes(String handle) {
    return Attributes.of(handle, Map.of("pod", handle));
  }

  private static Assignment.Given assigned(Block block, String handle) {
    return (Assignment.Given) Assignment.next(block, attributes(handle), Reserved.NONE);
  }

  private static Block assign(Block block, String handle) {
    return assigned(block, handle).block();
  }

  private static Release.Wanted wanted(String ip) {
    return new Release.Wanted(Ip.of(ip), Optional.empty(), OptionalLong.empty());
  }

  private static Release release(Block block, Release.Wanted wanted) {
    return Release.ofAddresses(block, List.of(wanted));
  }

  private static Release.Freed free(Block block, Release.Wanted wanted) {
    return (Release.Freed) release(block, wanted);
  }
}
