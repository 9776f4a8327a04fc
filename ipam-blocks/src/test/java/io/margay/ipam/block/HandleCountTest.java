package io.margay.ipam.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Handle;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HandleCountTest {
  private static final Prefix A = Prefix.of("10.0.0.0/26");
  private static final Prefix B = Prefix.of("10.0.0.64/26");

  @Test
  void raisingCountsByBlock() {
    Handle handle = Handle.of("h", Map.of(A, 1));
    assertThat(HandleCount.raise(handle, A).blocks()).isEqualTo(Map.of(A, 2));
    assertThat(HandleCount.raise(handle, B).blocks()).isEqualTo(Map.of(A, 1, B, 1));
  }

  @Test
  void theLastAddressOfABlockTakesItsKeyAwayAndTheLastOfAllTheHandle() {
    Handle handle = Handle.of("h", Map.of(A, 2, B, 1));
    assertThat(HandleCount.lower(handle, A, 1))
        .isEqualTo(new HandleCount.Lowered(Handle.of("h", Map.of(A, 1, B, 1))));
    assertThat(HandleCount.lower(handle, A, 2))
        .isEqualTo(new HandleCount.Lowered(Handle.of("h", Map.of(B, 1))));
    assertThat(HandleCount.lower(Handle.of("h", Map.of(B, 1)), B, 1))
        .isEqualTo(new HandleCount.Emptied());
  }

  @Test
  void nothingIsLoweredBelowZero() {
    Handle handle = Handle.of("h", Map.of(A, 1));
    assertThat(HandleCount.lower(handle, A, 2)).isEqualTo(new HandleCount.TooFew(A, 1, 2));
    assertThat(HandleCount.lower(handle, B, 1)).isEqualTo(new HandleCount.TooFew(B, 0, 1));
  }
}
