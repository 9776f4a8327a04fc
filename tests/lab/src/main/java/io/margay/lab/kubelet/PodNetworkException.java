package io.margay.lab.kubelet;

/** A sandbox could not be connected or disconnected; the message says what refused and why. */
final class PodNetworkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  PodNetworkException(String message) {
    super(message);
  }
}
