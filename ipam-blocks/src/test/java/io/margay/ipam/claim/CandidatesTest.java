package io.margay.ipam.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.Assignment;
import io.margay.ipam.block.NewBlock;
import io.margay.ipam.block.Reserved;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import io.margay.ipam.store.Owner;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CandidatesTest {
  private static final Owner US = Owner.host("us");
  private static final Owner THEM = Owner.host("them");
  private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Prefix LOW = Prefix.of("10.0.0.0/31");
  private static final Prefix HIGH = Prefix.of("10.0.0.2/31");

  private final Map<Prefix, Block> existing = new HashMap<>();

  @Test
  void whatDoesNotExistIsClaimable() {
    existing.put(LOW, block(LOW, THEM, 1));
    assertThat(candidates(Reserved.NONE).claimable()).hasValue(HIGH);
  }

  @Test
  void ourOwnWithRoomIsClaimableAndFullIsNot() {
    existing.put(LOW, block(LOW, US, 2));
    existing.put(HIGH, block(HIGH, US, 1));
    assertThat(candidates(Reserved.NONE).claimable()).hasValue(HIGH);
    existing.put(HIGH, block(HIGH, US, 2));
    assertThat(candidates(Reserved.NONE)).isEqualTo(new Candidates(none(), List.of(), List.of()));
  }

  @Test
  void emptyBlocksOfOthersAreRememberedAndThoseWithRoomToo() {
    Block empty = block(LOW, THEM, 0);
    Block half = block(HIGH, THEM, 1);
    existing.put(LOW, empty);
    existing.put(HIGH, half);
    Candidates found = candidates(Reserved.NONE);
    assertThat(found.empty()).containsExactly(empty);
    assertThat(found.withRoom()).containsExactlyInAnyOrder(empty, half);
  }

  @Test
  void aBlockOfNobodysIsBorrowedFromButNotTakenOver() {
    existing.put(LOW, block(LOW, THEM, 0).withoutAffinity());
    existing.put(HIGH, block(HIGH, THEM, 2));
    Candidates found = candidates(Reserved.NONE);
    assertThat(found.empty()).isEmpty();
    assertThat(found.withRoom()).hasSize(1);
  }

  @Test
  void reservedBlocksAreNoCandidates() {
    assertThat(candidates(new Reserved(List.of(Prefix.of("10.0.0.0/8")))))
        .isEqualTo(new Candidates(none(), List.of(), List.of()));
  }

  @Test
  void aBlockIsLeftToItsOwnerForAMinute() {
    Block block = block(LOW, THEM, 0);
    assertThat(Candidates.isOldEnough(block, THEN.plusSeconds(59))).isFalse();
    assertThat(Candidates.isOldEnough(block, THEN.plusSeconds(60))).isTrue();
    assertThat(Candidates.isOldEnough(block.withoutAffinity(), THEN)).isTrue();
  }

  private Candidates candidates(Reserved reserved) {
    var order = BlockOrder.of(Prefix.of("10.0.0.0/30"), 31, 0);
    return Candidates.among(List.of(order), existing, Set.of(), US, reserved);
  }

  private static Optional<Prefix> none() {
    return Optional.empty();
  }

  private static Block block(Prefix cidr, Owner owner, int used) {
    Block block = NewBlock.of(cidr, owner, THEN);
    for (int i = 0; i < used; i++) {
      var attributes = Attributes.of("h" + i, Map.of());
      block = ((Assignment.Given) Assignment.next(block, attributes, Reserved.NONE)).block();
    }
    return block;
  }
}
