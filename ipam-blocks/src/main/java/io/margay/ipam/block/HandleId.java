package io.margay.ipam.block;

/** Ids of handles. */
public final class HandleId {
  /** Holds the first and last addresses of blocks that a Windows node has claimed. */
  public static final String WINDOWS_RESERVED = "windows-reserved-ipam-handle";

  private HandleId() {}

  /** The id without what an old migration left behind its first carriage return. */
  public static String clean(String id) {
    int end = id.indexOf('\r');
    return end < 0 ? id : id.substring(0, end);
  }

  public static boolean same(String a, String b) {
    return clean(a).equals(clean(b));
  }
}
