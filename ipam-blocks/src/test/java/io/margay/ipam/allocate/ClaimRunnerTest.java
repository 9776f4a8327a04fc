package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.Assignment;
import io.margay.ipam.block.NewBlock;
import io.margay.ipam.block.Reserved;
import io.margay.ipam.claim.Abandonment;
import io.margay.ipam.claim.Claim;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Affinity.State;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The two-object protocol of Calico, row by row, and broken off at each request. */
class ClaimRunnerTest {
  private static final Owner US = Owner.host("us");
  private static final Owner THEM = Owner.host("them");
  private static final Prefix CIDR = Prefix.of("10.0.0.0/30");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Claim CLAIM = new Claim(US, CIDR, NOW);

  private InMemoryBlockStore store = new InMemoryBlockStore();

  /** What is stored, and how a claim of ours ends. */
  record Row(
      String name,
      Optional<State> affinity,
      Optional<Owner> blockOf,
      boolean blockExists,
      String end,
      List<String> requests) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() {
    return List.of(
        new Row(
            "nothing exists",
            Optional.empty(),
            Optional.empty(),
            false,
            "created",
            List.of("create affinity", "get block", "create block", "update affinity")),
        new Row(
            "pending, the block missing",
            Optional.of(State.PENDING),
            Optional.empty(),
            false,
            "created",
            List.of(
                "create affinity",
                "get affinity",
                "update affinity",
                "get block",
                "create block",
                "update affinity")),
        new Row(
            "confirmed, the block missing",
            Optional.of(State.CONFIRMED),
            Optional.empty(),
            false,
            "created",
            List.of(
                "create affinity",
                "get affinity",
                "get block",
                "update affinity",
                "create block",
                "update affinity")),
        new Row(
            "confirmed, the block ours",
            Optional.of(State.CONFIRMED),
            Optional.of(US),
            true,
            "found",
            List.of("create affinity", "get affinity", "get block")),
        new Row(
            "pendingDeletion, the block ours",
            Optional.of(State.PENDING_DELETION),
            Optional.of(US),
            true,
            "found",
            List.of(
                "create affinity",
                "get affinity",
                "update affinity",
                "get block",
                "update affinity",
                "update block",
                "update affinity")),
        new Row(
            "no affinity, the block theirs",
            Optional.empty(),
            Optional.of(THEM),
            true,
            "host:them",
            List.of("create affinity", "get block", "update affinity", "delete affinity")),
        new Row(
            "confirmed, the block nobody's",
            Optional.of(State.CONFIRMED),
            Optional.empty(),
            true,
            "nobody",
            List.of(
                "create affinity",
                "get affinity",
                "get block",
                "update affinity",
                "delete affinity")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aClaimEndsAsCalicosDoes(Row row) {
    set(row);
    assertThat(text(runner().claim(CLAIM))).isEqualTo(row.end());
    assertThat(store.log())
        .extracting(r -> r.verb() + " " + r.kind())
        .containsExactlyElementsOf(row.requests());
    assertAgreement(row.toString());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aClaimThatBrokeOffAnywhereIsFinishedByTheNext(Row row) {
    for (boolean happened : List.of(false, true)) {
      for (int at = 0; at < row.requests().size(); at++) {
        store = new InMemoryBlockStore();
        set(row);
        breakOff(at, happened);
        String where = row + ", request " + at + (happened ? " done" : " not done");
        Claim.End end = runner().claim(CLAIM);
        boolean ours = row.end().equals("created") || row.end().equals("found");
        assertThat(end instanceof Claim.End.Claimed).as(where).isEqualTo(ours);
        assertAgreement(where);
      }
    }
  }

  @Test
  void anEmptyBlockIsDeletedWhenItIsGivenUp() {
    runner().claim(CLAIM);
    assertThat(runner().abandon(wish(true))).isEqualTo(new Abandonment.End.Abandoned(true));
    assertThat(store.storedBlocks()).isEmpty();
    assertThat(store.storedAffinities()).isEmpty();
    assertThat(runner().abandon(wish(true))).isEqualTo(new Abandonment.End.NothingThere());
  }

  @Test
  void aBlockInUseIsOnlyDisowned() {
    use((Claim.End.Claimed) runner().claim(CLAIM));
    assertThat(runner().abandon(wish(true))).isInstanceOf(Abandonment.End.NotEmpty.class);
    assertThat(runner().abandon(wish(false))).isEqualTo(new Abandonment.End.Abandoned(false));
    Block left = store.storedBlocks().getFirst();
    assertThat(left.affinity()).isEmpty();
    assertThat(left.affinityClaimTime()).isEmpty();
    assertThat(store.storedAffinities()).isEmpty();
  }

  @Test
  void aBlockThatChangedSinceIsNotTakenOver() {
    var claimed = (Claim.End.Claimed) runner().claim(CLAIM);
    long seen = claimed.block().value().sequenceNumber();
    use(claimed);
    var wish = new Abandonment(US, CIDR, true, OptionalLong.of(seen));
    assertThat(runner().abandon(wish)).isEqualTo(new Abandonment.End.Changed());
  }

  @Test
  void aStaleAffinityGoesWhenTheBlockIsAnothers() {
    store.blocks().create(NewBlock.of(CIDR, THEM, NOW));
    store.affinities().create(Affinity.of(US, CIDR, State.CONFIRMED));
    assertThat(runner().abandon(wish(false)))
        .isEqualTo(new Abandonment.End.NotOurs(Optional.of(THEM)));
    assertThat(store.storedAffinities()).isEmpty();
  }

  @Test
  void anObjectMarkedAsDeletedIsFinishedByItsReader() {
    store.affinities().create(Affinity.of(US, CIDR, State.CONFIRMED).markedDeleted());
    store.blocks().create(NewBlock.of(CIDR, US, NOW).markedDeleted());
    assertThat(text(runner().claim(CLAIM))).isEqualTo("created");
    assertAgreement("after a deletion in two phases");
  }

  private void set(Row row) {
    row.affinity().ifPresent(state -> store.affinities().create(Affinity.of(US, CIDR, state)));
    if (row.blockExists()) {
      Block block = NewBlock.of(CIDR, row.blockOf().orElse(US), NOW);
      store.blocks().create(row.blockOf().isPresent() ? block : block.withoutAffinity());
    }
    store.clearLog();
  }

  private void breakOff(int at, boolean happened) {
    store.fault(
        new InMemoryBlockStore.Fault() {
          private int count;

          @Override
          public void before(InMemoryBlockStore.Request request) {
            if (!happened && count++ == at) {
              throw new StoreUnavailableException("broken off");
            }
          }

          @Override
          public void after(InMemoryBlockStore.Request request) {
            if (happened && count++ == at) {
              throw new StoreUnavailableException("broken off");
            }
          }
        });
    try {
      runner().claim(CLAIM);
    } catch (StoreUnavailableException e) {
      assertThat(e).hasMessage("broken off");
    }
    store.fault(InMemoryBlockStore.Fault.NONE);
  }

  /** Affinities and blocks tell the same. */
  private void assertAgreement(String where) {
    List<Affinity> expected =
        store.storedBlocks().stream()
            .filter(b -> b.affinity().filter(US::equals).isPresent())
            .map(b -> Affinity.of(US, b.cidr(), State.CONFIRMED))
            .toList();
    assertThat(store.storedAffinities()).as(where).isEqualTo(expected);
  }

  private void use(Claim.End.Claimed claimed) {
    Stored<Block> stored = claimed.block();
    var attributes = Attributes.of("h", Map.of());
    var given = (Assignment.Given) Assignment.next(stored.value(), attributes, Reserved.NONE);
    store.blocks().update(given.block().withNextSequenceNumber(), stored.revision());
  }

  private static Abandonment wish(boolean requireEmpty) {
    return new Abandonment(US, CIDR, requireEmpty, OptionalLong.empty());
  }

  private static String text(Claim.End end) {
    return switch (end) {
      case Claim.End.Claimed(_, boolean created) -> created ? "created" : "found";
      case Claim.End.NotOurs(var holder) -> holder.map(Owner::toString).orElse("nobody");
      case Claim.End.Interrupted _ -> "interrupted";
    };
  }

  private ClaimRunner runner() {
    return new ClaimRunner(
        new TwoPhase<>(store.blocks(), Block::cidr),
        new TwoPhase<>(store.affinities(), Affinity::key));
  }
}
