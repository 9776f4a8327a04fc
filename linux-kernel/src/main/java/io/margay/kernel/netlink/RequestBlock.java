package io.margay.kernel.netlink;

import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.nlmsg.RequestBytes;
import io.margay.kernel.nlmsg.RequestTemplate;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Requests that are sent together, and the kernel's answers to them. {@link Rtnl#begin} empties it,
 * {@link Rtnl#execute} or {@link Rtnl#send} sends it; used by one thread at a time.
 */
public final class RequestBlock {
  /** A refusal costs the receive buffer about a kilobyte, and all may be refused. */
  public static final int MAX_REQUESTS = 1000;

  private static final Ack OK = new Ack.Ok();

  private final RequestBytes bytes = new RequestBytes();
  private final Map<Integer, Ack> refusals = new HashMap<>();

  /** The answer to all requests when they could not be sent, or their answers were lost. */
  private @Nullable Ack whole;

  /** Whether another request of any size fits. */
  public boolean hasRoom() {
    return bytes.count() < MAX_REQUESTS && bytes.hasRoom();
  }

  public void add(Request request) {
    bytes.add(request);
  }

  /** The template's request, about a network; see {@link RequestBytes#add}. */
  public void add(RequestTemplate template, long high, long low, int length) {
    bytes.add(template, high, low, length);
  }

  /** How many requests there are. */
  public int count() {
    return bytes.count();
  }

  /** The answer to a request, by its number from 0 on; good after it was sent. */
  public Ack answer(int request) {
    if (whole != null) {
      return whole;
    }
    return refusals.isEmpty() ? OK : refusals.getOrDefault(request, OK);
  }

  RequestBytes bytes() {
    return bytes;
  }

  void clear(int sequence) {
    bytes.clear(sequence);
    refusals.clear();
    whole = null;
  }

  /** Whether nothing has befallen it as a whole. */
  boolean isSound() {
    return whole == null;
  }

  /** It could not be sent, or what the kernel did with it is not known. */
  void refusedWhole(int errno) {
    whole = new Ack.Refused(errno, "");
  }

  void refused(int request, Ack refusal) {
    refusals.put(request, refusal);
  }
}
