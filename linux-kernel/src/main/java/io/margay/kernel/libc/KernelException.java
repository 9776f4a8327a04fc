package io.margay.kernel.libc;

/** A system call that failed where failure was no answer: a broken machine, or a bug of ours. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String call;
  private final int errno;
  private final String words;

  /**
   * A failed call.
   *
   * @param call what was asked for, with its object: {@code open /run/netns/a}
   * @param words what the kernel said besides the number (netlink's extended ACK), or empty
   */
  public KernelException(String call, int errno, String words) {
    super(call + ": " + Errno.name(errno) + (words.isEmpty() ? "" : " (" + words + ")"));
    this.call = call;
    this.errno = errno;
    this.words = words;
  }

  /** A failed call of which the kernel said no more than its number. */
  public KernelException(String call, int errno) {
    this(call, errno, "");
  }

  public String call() {
    return call;
  }

  public int errno() {
    return errno;
  }

  /** The kernel's own words, or empty. */
  public String words() {
    return words;
  }
}
