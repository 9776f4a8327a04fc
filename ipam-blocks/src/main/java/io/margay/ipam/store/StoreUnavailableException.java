package io.margay.ipam.store;

/**
 * The store gave no answer, or one that cannot be used. Whether a write happened is not known.
 *
 * <p>The message says what was asked and what came back: {@code GET ipamblocks/10-0-1-0-26:
 * connection refused}.
 */
public final class StoreUnavailableException extends RuntimeException {
  public StoreUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }

  public StoreUnavailableException(String message) {
    super(message);
  }
}
