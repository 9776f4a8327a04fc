package io.margay.kernel.nlmsg;

import io.margay.foundation.addr.Prefix;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Requests one behind the other, for one send. Used by one thread at a time. */
public final class RequestBytes {
  /** Room for a batch of everyday requests, or two of the largest. */
  public static final int CAPACITY = 2 * Request.MAX_BYTES;

  private final byte[] bytes = new byte[CAPACITY];
  private final ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
  private final MessageWriter writer = new MessageWriter(view);
  private int first;
  private int count;

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
    writer.request(request, first + count++);
  }

  /** The template's request, about this network. */
  public void add(RequestTemplate template, Prefix prefix) {
    int at = view.position();
    template.write(bytes, at, first + count++, prefix);
    view.position(at + template.bytes());
  }

  /** How many requests there are. */
  public int count() {
    return count;
  }

  /** The sequence number of the first. */
  public int first() {
    return first;
  }

  /** Copies all of them to the start of a buffer. */
  public void copyTo(ByteBuffer out) {
    out.clear().put(bytes, 0, view.position()).flip();
  }
}
