package io.margay.agent.bird;

import java.util.function.Consumer;

/**
 * The lines of one reply, written as they come. A line begins with its code and a dash; with a
 * blank where the code is that of the line before; the last one has its code and a blank.
 */
final class BirdReply {
  private final Consumer<String> out;
  private int last = -1;

  BirdReply(Consumer<String> out) {
    this.out = out;
  }

  /** One more line, which is not the last. */
  BirdReply line(int code, String text) {
    out.accept((code == last ? " " : "%04d-".formatted(code)) + text + "\n");
    last = code;
    return this;
  }

  /** The last line. */
  void end(int code, String text) {
    out.accept("%04d %s\n".formatted(code, text));
  }

  /** An empty last line. */
  void end() {
    end(0, "");
  }
}
