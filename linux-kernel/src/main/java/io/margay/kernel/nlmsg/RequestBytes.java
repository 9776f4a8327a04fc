package io.margay.kernel.nlmsg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Requests one behind the other, for one send. Only the last asks for an answer: the kernel does
 * them in their order and answers each that it refuses, so that what it has not refused when the
 * last is answered was done. Used by one thread at a time.
 */
public final class RequestBytes {
  /** Room for a batch of everyday requests, or two of the largest. */
  public static final int CAPACITY = 2 * Request.MAX_BYTES;

  private final byte[] bytes = new byte[CAPACITY];
  private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  private final MessageWriter writer = new MessageWriter(view);
  private int first;
  private int count;

  /** Where the last request begins. */
  private int last;

  /** Forgets all requests; the next ones are numbered from {@code sequence} on. */
  public void clear(int sequence) {
    view.clear();
    first = sequence;
    count = 0;
  }

  /** Whether another request of any size fits. */
  public boolean hasRoom() {
    return view.remaining() >= Request.MAX_BYTES;
  }

  public void add(Request request) {
    last = view.position();
    writer.request(request, first + count++);
    view.putShort(last + Nlm.FLAGS_AT, (short) (view.getShort(last + Nlm.FLAGS_AT) & ~Nlm.ACK));
  }

  /**
   * The template's request, about this network of its family.
   *
   * @param high upper half of an IPv6 address; of IPv4 nothing
   * @param low its lower half; an IPv4 address
   * @param length of the prefix
   */
  public void add(RequestTemplate template, long high, long low, int length) {
    last = view.position();
    template.write(bytes, last, first + count++, high, low, length);
    view.position(last + template.bytes());
  }

  /** How many requests there are. */
  public int count() {
    return count;
  }

  /** The sequence number of the first. */
  public int first() {
    return first;
  }

  /** Copies all of them to the start of a buffer in native byte order. */
  public void copyTo(ByteBuffer out) {
    out.clear().put(bytes, 0, view.position()).flip();
    if (count > 0) {
      out.putShort(last + Nlm.FLAGS_AT, (short) (out.getShort(last + Nlm.FLAGS_AT) | Nlm.ACK));
    }
  }
}
