package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TwoPhaseTest {
  private final InMemoryBlockStore store = new InMemoryBlockStore();
  private final TwoPhase<String, Handle> handles = new TwoPhase<>(store.handles(), Handle::id);
  private final Handle handle = Handle.of("h", Map.of(Prefix.of("10.0.0.0/26"), 1));

  @Test
  void aDeletionMarksAndThenDeletes() {
    assertThat(handles.delete(created())).isEqualTo(DeleteOutcome.DELETED);
    assertThat(store.log())
        .map(Object::toString)
        .containsExactly("create handle h", "update handle h", "delete handle h");
    assertThat(handles.get("h")).isEmpty();
  }

  @Test
  void anObjectWithTheMarkReadsAsAbsentAndIsTakenAway() {
    Stored<Handle> stored = created();
    store.fault(
        new InMemoryBlockStore.Fault() {
          @Override
          public void before(InMemoryBlockStore.Request request) {
            if (request.verb().equals("delete")) {
              throw new StoreUnavailableException("between the phases");
            }
          }
        });
    assertThatThrownBy(() -> handles.delete(stored)).hasMessage("between the phases");
    store.fault(InMemoryBlockStore.Fault.NONE);
    assertThat(store.storedHandles()).containsExactly(handle.markedDeleted());
    assertThat(handles.get("h")).isEmpty();
    assertThat(store.storedHandles()).isEmpty();
    assertThat(handles.create(handle)).isInstanceOf(WriteOutcome.Written.class);
  }

  @Test
  void whatSomebodyElseWroteIsNotDeleted() {
    Stored<Handle> old = created();
    handles.update(handle, old.revision());
    assertThat(handles.delete(old)).isEqualTo(DeleteOutcome.CONFLICT);
    assertThat(handles.get("h")).isPresent();
  }

  @Test
  void whatIsGoneIsNotFound() {
    Stored<Handle> old = created();
    handles.delete(old);
    assertThat(handles.delete(old)).isEqualTo(DeleteOutcome.NOT_FOUND);
  }

  @Test
  void whenAnotherFinishesTheDeletionFirstTheReaderLooksAgain() {
    store.handles().create(handle.markedDeleted());
    store.fault(
        new InMemoryBlockStore.Fault() {
          private boolean once;

          @Override
          public void before(InMemoryBlockStore.Request request) {
            if (request.verb().equals("delete") && !once) {
              once = true;
              // Another reader deletes it, and somebody makes it anew.
              Stored<Handle> marked = store.handles().get("h").orElseThrow();
              store.handles().delete("h", marked.revision());
              store.handles().create(handle);
            }
          }
        });
    assertThat(handles.get("h").orElseThrow().value()).isEqualTo(handle);
  }

  private Stored<Handle> created() {
    return ((WriteOutcome.Written<Handle>) handles.create(handle)).stored();
  }
}
