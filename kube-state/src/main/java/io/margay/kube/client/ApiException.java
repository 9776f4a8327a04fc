package io.margay.kube.client;

import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;

/**
 * The API server gave no answer, or one that cannot be used. Whether a write happened is not known.
 * The message says what was asked and what came back: {@code PUT /api/v1/nodes/a/status: 403 nodes
 * "a" is forbidden}.
 */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int code;

  /** No answer. */
  public ApiException(String request, Throwable cause) {
    super(request + ": " + FailureText.of(cause), cause);
    this.code = 0;
  }

  /** An answer that cannot be used. */
  public ApiException(String request, int code, String text) {
    super(request + ": " + code + " " + text);
    this.code = code;
  }

  /** True when time ran out before there was an answer, or a connection to ask on. */
  public boolean isSilence() {
    for (Throwable t = getCause(); t != null; t = t.getCause()) {
      if (t instanceof TimeoutException || t instanceof HttpTimeoutException) {
        return true;
      }
    }
    return false;
  }

  /** The HTTP status; 0 when there was no answer. */
  public int code() {
    return code;
  }
}
