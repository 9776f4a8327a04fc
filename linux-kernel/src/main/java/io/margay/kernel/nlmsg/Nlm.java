package io.margay.kernel.nlmsg;

/** Message types and flags of {@code linux/netlink.h} that all netlink families share. */
public final class Nlm {
  public static final int HEADER_BYTES = 16;

  /** Where a message has its flags, two bytes. */
  public static final int FLAGS_AT = 6;

  public static final int ERROR = 2;
  public static final int DONE = 3;

  public static final int REQUEST = 1;
  public static final int MULTI = 2;
  public static final int ACK = 4;
  public static final int DUMP_INTR = 0x10;

  /** On a get: all entries. */
  public static final int DUMP = 0x300;

  /** On a new: take the place of what has the same key. */
  public static final int REPLACE = 0x100;

  /** On a new: only if nothing has the same key. */
  public static final int EXCL = 0x200;

  /** On a new: make it if it is not there. */
  public static final int CREATE = 0x400;

  /** On a new: behind what has the same key. */
  public static final int APPEND = 0x800;

  /** On an answer: the request is not echoed. */
  public static final int CAPPED = 0x100;

  /** On an answer: attributes follow. */
  public static final int ACK_TLVS = 0x200;

  public static final int ATTRIBUTE_HEADER_BYTES = 4;

  /** Of an attribute's type: the rest are two flags. */
  public static final int TYPE_MASK = 0x3fff;

  static final int NESTED = 0x8000;

  private Nlm() {}

  /** Messages and attributes start at multiples of four. */
  public static int align(int length) {
    return length + 3 & ~3;
  }
}
