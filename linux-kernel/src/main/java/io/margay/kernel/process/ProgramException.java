package io.margay.kernel.process;

import java.util.List;

/** A program that could not be started, or that failed where failure was no answer. */
public final class ProgramException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<String> argv;

  ProgramException(List<String> argv, String message) {
    super(message);
    this.argv = argv;
  }

  ProgramException(List<String> argv, String message, Throwable cause) {
    super(message, cause);
    this.argv = argv;
  }

  /** What was started. */
  public List<String> argv() {
    return argv;
  }
}
