package io.margay.cni.verb;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Netconf's {@code readiness_gates}: URLs that must answer before an ADD goes on. */
final class ReadinessGates {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 7;
  private static final int TIMEOUT_MILLIS = 5000;

  private ReadinessGates() {}

  /** Waits for all, asking every 5 s for half a minute; what the first one that is closed says. */
  static Optional<String> await(List<URI> gates) {
    return await(gates, ReadinessGates::pause);
  }

  /** With {@code pause} between two questions; it says whether to go on. */
  static Optional<String> await(List<URI> gates, BooleanSupplier pause) {
    for (URI gate : gates) {
      Optional<String> closed = ask(gate);
      for (int i = 1; i < ATTEMPTS && closed.isPresent(); i++) {
        if (!pause.getAsBoolean()) {
          return closed;
        }
        closed = ask(gate);
      }
      if (closed.isPresent()) {
        return closed;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ask(URI gate) {
    try {
      URLConnection connection = gate.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      int status = ((HttpURLConnection) connection).getResponseCode();
      return status >= 200 && status < 400
          ? Optional.empty()
          : Optional.of(gate + " answers " + status);
    } catch (IOException e) {
      return Optional.of(gate + ": " + e.getMessage());
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(EVERY);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
