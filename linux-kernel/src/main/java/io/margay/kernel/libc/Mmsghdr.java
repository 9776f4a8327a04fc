package io.margay.kernel.libc;

/**
 * Where the fields of {@code struct mmsghdr} and {@code struct iovec} are, for recvmmsg and
 * sendmmsg: on 64-bit Linux.
 */
public final class Mmsghdr {
  public static final int BYTES = 64;
  public static final int NAME = 0;
  public static final int NAMELEN = 8;
  public static final int IOV = 16;
  public static final int IOVLEN = 24;
  public static final int CONTROL = 32;
  public static final int CONTROLLEN = 40;

  /** How many bytes were received or sent. */
  public static final int LEN = 56;

  /** {@code struct iovec}. */
  public static final int IOVEC_BYTES = 16;

  private Mmsghdr() {}
}
