package io.margay.tunnel.control;

/** A forwarder that cannot be started, does not answer, or refuses what it is told. */
public final class ForwarderException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ForwarderException(String message) {
    super(message);
  }

  ForwarderException(String message, Throwable cause) {
    super(message, cause);
  }
}
