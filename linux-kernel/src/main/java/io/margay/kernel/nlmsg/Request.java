package io.margay.kernel.nlmsg;

/**
 * One request to the kernel. Its {@code toString} is what a person would have typed: it stands in
 * errors beside the kernel's words.
 */
@FunctionalInterface
public interface Request {
  /** Largest message that a request may make; attributes hold 64 KiB at most. */
  int MAX_BYTES = 68 * 1024;

  /** Writes type, flags and body: {@link MessageWriter#begin} first, once. */
  void write(MessageWriter out);
}
