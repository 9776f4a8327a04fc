package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.Stored;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandleCountsTest {
  private static final Prefix A = Prefix.of("10.0.0.0/26");
  private static final Prefix B = Prefix.of("fd00::/122");

  private final InMemoryBlockStore store = new InMemoryBlockStore();
  private final HandleCounts counts = new HandleCounts(new TwoPhase<>(store.handles(), Handle::id));

  @Test
  void aNewHandleCostsOneRequestAndAKnownOneThree() {
    assertThat(counts.raise("h", A)).isTrue();
    assertThat(store.log()).hasSize(1);
    assertThat(counts.raise("h", B)).isTrue();
    assertThat(store.log()).hasSize(4);
    assertThat(store.storedHandles()).containsExactly(Handle.of("h", Map.of(A, 1, B, 1)));
  }

  @Test
  void theLastCountTakesTheHandleAway() {
    counts.raise("h", A);
    counts.raise("h", A);
    counts.lower("h", A, 1);
    assertThat(store.storedHandles()).containsExactly(Handle.of("h", Map.of(A, 1)));
    counts.lower("h", A, 1);
    assertThat(store.storedHandles()).isEmpty();
    counts.lower("h", A, 1);
    assertThat(store.storedHandles()).isEmpty();
  }

  @Test
  void moreThanIsThereIsNotTaken() {
    counts.raise("h", A);
    counts.lower("h", A, 2);
    counts.lower("h", B, 1);
    assertThat(store.storedHandles()).containsExactly(Handle.of("h", Map.of(A, 1)));
  }

  @Test
  void forgettingABlockTakesAllItsCounts() {
    counts.raise("h", A);
    counts.raise("h", A);
    counts.raise("h", B);
    counts.forget("h", A);
    assertThat(store.storedHandles()).containsExactly(Handle.of("h", Map.of(B, 1)));
    counts.forget("h", A);
    counts.forget("h", B);
    assertThat(store.storedHandles()).isEmpty();
  }

  @Test
  void aHandleThatIsWrittenInBetweenIsReadAnew() {
    counts.raise("h", A);
    disturb(1);
    assertThat(counts.raise("h", A)).isTrue();
    assertThat(store.storedHandles().getFirst().blocks()).isEqualTo(Map.of(A, 2, B, 1));
  }

  @Test
  void afterAHundredConflictsItIsGivenUp() {
    counts.raise("h", A);
    disturb(Integer.MAX_VALUE);
    assertThat(counts.raise("h", A)).isFalse();
    assertThat(store.storedHandles().getFirst().blocks()).containsEntry(A, 1);
  }

  /** Another writer is faster, so many times. */
  private void disturb(int times) {
    store.fault(
        new InMemoryBlockStore.Fault() {
          private int done;
          private boolean inside;

          @Override
          public void before(InMemoryBlockStore.Request request) {
            if (request.verb().equals("update") && !inside && done < times) {
              done++;
              inside = true;
              Stored<Handle> now = store.handles().get("h").orElseThrow();
              store.handles().update(Handle.of("h", Map.of(A, 1, B, done)), now.revision());
              inside = false;
            }
          }
        });
  }
}
