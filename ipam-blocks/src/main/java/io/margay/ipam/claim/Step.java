package io.margay.ipam.claim;

import java.util.Optional;

/** Where a machine stands and what is to be done there; nothing when it has ended. */
public record Step<S>(S state, Optional<ClaimAction> action) {
  static <S> Step<S> to(S state, ClaimAction action) {
    return new Step<>(state, Optional.of(action));
  }

  static <S> Step<S> end(S state) {
    return new Step<>(state, Optional.empty());
  }
}
