package io.margay.tunnel.control;

/** How a forwarder came to be the one that moves packets. */
public enum Came {
  /** Nobody moved them. */
  AFRESH("afresh", "begun afresh: the old one had ended"),
  /** The one before was ended first. */
  STOPPED("stopped", "stopped first, since it cannot hand over"),
  /** It took the open device and socket of the one before. */
  HANDED("handed", "handed over"),
  /** It is of a version that does not say. */
  UNKNOWN("", "it does not say how");

  private final String text;
  private final String how;

  Came(String text, String how) {
    this.text = text;
    this.how = how;
  }

  /** The word in its status. */
  public String text() {
    return text;
  }

  /** The same for people, of one that was to take over from another. */
  String how() {
    return how;
  }

  static Came of(String text) {
    for (Came came : values()) {
      if (came.text.equals(text)) {
        return came;
      }
    }
    return UNKNOWN;
  }
}
