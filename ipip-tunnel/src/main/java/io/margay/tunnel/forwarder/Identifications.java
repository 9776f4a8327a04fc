package io.margay.tunnel.forwarder;

/**
 * Numbers of packets, by which fragments of different ones are told apart. Where several threads
 * send to the same nodes each has a part of them for itself. Owned by one thread.
 */
final class Identifications {
  private static final int ALL = 1 << 16;

  private final int first;
  private final int end;
  private int now;

  /**
   * Part {@code index} of {@code count}.
   *
   * @param before begins behind this, or behind a number of the part that follows from it; 0 to
   *     65535
   */
  Identifications(int index, int count, int before) {
    // Zero would make the kernel choose one, from a counter that others share.
    this.first = Math.max(1, index * ALL / count);
    this.end = (index + 1) * ALL / count;
    this.now = count == 1 ? before : first + before % (end - first);
  }

  int next() {
    now++;
    if (now >= end) {
      now = first;
    }
    return now;
  }
}
