package io.margay.kube.client;

import java.net.ConnectException;
import java.security.cert.CertificateExpiredException;

/** What a failed request says to people. */
public final class FailureText {
  private FailureText() {}

  /** The innermost message: those around it only say that something failed. */
  public static String of(Throwable failure) {
    String text = failure.getClass().getSimpleName();
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof ConnectException) {
        // The JDK's client keeps to itself whether it was refused or got no answer.
        return "cannot connect";
      }
      if (t instanceof CertificateExpiredException) {
        return "the server's certificate is no longer valid, " + t.getMessage();
      }
      String message = t.getMessage();
      text = message == null || message.isEmpty() ? t.getClass().getSimpleName() : message;
    }
    return text;
  }
}
