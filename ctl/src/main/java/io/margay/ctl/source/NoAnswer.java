package io.margay.ctl.source;

/** The agent gave no answer; the message says why and what to look at. */
public final class NoAnswer extends Exception {
  private static final long serialVersionUID = 1L;

  public NoAnswer(String message) {
    super(message);
  }
}
