package io.margay.bgp.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a connection's queue from time to time: when nothing of it went out for the limit, its
 * peer does not read (RFC 9687, 4). Runs on the connection's thread.
 */
final class SendWatch {
  private static final int LOOKS = 8;

  private final Channel channel;
  private final Runnable stuck;
  private final long pauseMillis;
  private Future<?> next = ImmediateEventExecutor.INSTANCE.newSucceededFuture(null);
  private int looks;
  private Queue last = new Queue(0, 0, 0);

  /** How far the queue is: its first buffer, how much of that went out, and what is behind. */
  private record Queue(int first, long progress, long waiting) {
    static Queue of(ChannelOutboundBuffer buffer) {
      return new Queue(
          System.identityHashCode(buffer.current()),
          buffer.currentProgress(),
          buffer.totalPendingWriteBytes());
    }

    /** Nothing of what waited before went out; more may have come behind it. */
    boolean isWhere(Queue before) {
      return first != 0
          && first == before.first
          && progress == before.progress
          && waiting >= before.waiting;
    }
  }

  SendWatch(Channel channel, Duration limit, Runnable stuck) {
    this.channel = channel;
    this.stuck = stuck;
    this.pauseMillis = Math.max(1, limit.toMillis() / LOOKS);
  }

  void start() {
    lookAgain();
    // Or the connection would be held in memory until then.
    channel.closeFuture().addListener(_ -> next.cancel(false));
  }

  private void lookAgain() {
    next = channel.eventLoop().schedule(this::look, pauseMillis, TimeUnit.MILLISECONDS);
  }

  private void look() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null || !channel.isOpen()) {
      return;
    }
    Queue now = Queue.of(buffer);
    looks = now.isWhere(last) ? looks + 1 : 0;
    last = now;
    if (looks < LOOKS) {
      lookAgain();
    } else {
      stuck.run();
    }
  }
}
