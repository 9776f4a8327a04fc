package io.margay.agent.bird;

/**
 * The lines of one reply. A line begins with its code and a dash; with a blank where the code is
 * that of the line before; the last one has its code and a blank.
 */
final class BirdReply {
  private final StringBuilder out = new StringBuilder();
  private int last = -1;

  /** One more line, which is not the last. */
  BirdReply line(int code, String text) {
    if (code == last) {
      out.append(' ');
    } else {
      out.append("%04d-".formatted(code));
    }
    out.append(text).append('\n');
    last = code;
    return this;
  }

  /** The whole reply, with its last line. */
  String end(int code, String text) {
    return out.append("%04d %s\n".formatted(code, text)).toString();
  }

  /** The whole reply, with an empty last line. */
  String end() {
    return end(0, "");
  }
}
