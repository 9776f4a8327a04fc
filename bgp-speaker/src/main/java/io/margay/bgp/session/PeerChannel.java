package io.margay.bgp.session;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.MessageEncoder;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One connection. Its methods may be called from any thread and hand over to the connection's own;
 * what one thread calls takes place in that order.
 */
public final class PeerChannel extends ChannelInboundHandlerAdapter {
  private static final EventLog LOG = EventLog.of(PeerChannel.class);

  // Batches that wait for bgp-core: above the first mark the socket is not read, which the sender
  // gets to feel by TCP; below the second it is read again.
  private static final int STOP_READING = 8;
  private static final int READ_AGAIN = 3;

  /** Batches handed over for encoding that are not in the socket's queue yet. */
  private static final int MOST_IN_FLIGHT = 2;

  private static final int CLOSE_SECONDS = 5;

  private final int id;
  private final Channel channel;
  private final Endpoint local;
  private final Endpoint remote;
  private final TransportEvents events;
  private final MessageReader reader;
  private final AtomicInteger unconsumed = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicBoolean roomWanted = new AtomicBoolean();
  private final AtomicLong messagesOut = new AtomicLong();
  private final AtomicLong updatesOut = new AtomicLong();

  // Of the connection's thread.
  private boolean closing;
  private String lossDetail = "closed by the peer";

  PeerChannel(int id, Channel channel, TransportEvents events, MessageReader reader) {
    this.id = id;
    this.channel = channel;
    this.local = Endpoint.of(channel.localAddress());
    this.remote = Endpoint.of(channel.remoteAddress());
    this.events = events;
    this.reader = reader;
  }

  /** A number that no other connection has. */
  public int id() {
    return id;
  }

  public Endpoint local() {
    return local;
  }

  public Endpoint remote() {
    return remote;
  }

  /** Messages written so far, UPDATEs included. */
  public long messagesOut() {
    return messagesOut.get();
  }

  /** UPDATEs written so far. */
  public long updatesOut() {
    return updatesOut.get();
  }

  /** Begins to read. */
  public void admit() {
    channel.config().setAutoRead(true);
  }

  /**
   * Sets the TTLs of an accepted connection, now that it is known whose it is.
   *
   * @param least least TTL of what is taken; 0 takes all
   */
  public void ttl(int sent, int least) {
    channel
        .eventLoop()
        .execute(() -> {
          try {
            SocketOptions.setTtl(channel, remote.address().family(), sent, least);
          } catch (ChannelException e) {
            // Closed already, or not to be had: a peer is not read without its check.
            broken(e);
          }
        });
  }

  /** From what is read next on, UPDATEs have this shape. */
  public void agree(WireFormat agreed) {
    channel.eventLoop().execute(() -> reader.agree(agreed));
  }

  public void sendOpen(OpenMessage open) {
    write(out -> MessageEncoder.open(out, open));
  }

  /** The family's table is complete (RFC 4724, 2). */
  public void sendEndOfRib(Family family) {
    updatesOut.incrementAndGet();
    write(out -> MessageEncoder.endOfRib(out, family));
  }

  public void sendRefresh(RouteRefreshMessage refresh) {
    write(out -> MessageEncoder.routeRefresh(out, refresh));
  }

  /** From now on looks whether the peer takes what it is sent (RFC 9687); tells it once. */
  public void watchSending(Duration limit, Runnable stuck) {
    channel.eventLoop().execute(() -> new SendWatch(channel, limit, stuck).start());
  }

  public void sendKeepalive() {
    write(MessageEncoder::keepalive);
  }

  /** True when another batch may be sent; if not, {@code roomAgain} follows. */
  public boolean hasRoom() {
    if (inFlight.get() < MOST_IN_FLIGHT && channel.isWritable()) {
      return true;
    }
    roomWanted.set(true);
    // Room may have come in between: then nobody else will say so.
    return inFlight.get() < MOST_IN_FLIGHT
        && channel.isWritable()
        && roomWanted.compareAndSet(true, false);
  }

  /**
   * Sends messages that are written already.
   *
   * @param bytes released when they are in the socket
   */
  public void send(ByteBuf bytes, int messages) {
    inFlight.incrementAndGet();
    messagesOut.addAndGet(messages);
    updatesOut.addAndGet(messages);
    channel
        .eventLoop()
        .execute(() -> {
          var _ = channel.writeAndFlush(bytes, channel.voidPromise());
          inFlight.decrementAndGet();
          tellRoom();
        });
  }

  /** Closes the connection, behind a NOTIFICATION if one is given; nothing is told of it after. */
  public void close(Optional<NotificationMessage> last) {
    channel.eventLoop().execute(() -> closeNow(last));
  }

  /** A batch of {@code received} was worked off; nobody has anything of its runs any more. */
  public void consumed(List<BgpMessage> batch) {
    reader.recycle(batch);
    if (unconsumed.decrementAndGet() == READ_AGAIN) {
      channel.eventLoop().execute(() -> channel.config().setAutoRead(true));
    }
  }

  /**
   * Runs the task when all that waits in the socket now was read and handed over. A timer of the
   * event loop fires in a later turn than the one that set it, and each turn serves sockets first.
   */
  public void afterPendingReads(Runnable task) {
    var _ = channel.eventLoop().schedule(task, 1, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    var in = (ByteBuf) bytes;
    try {
      if (!closing) {
        reader.read(in);
      }
    } finally {
      in.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    handOver();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    tellRoom();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!(cause instanceof IOException)) {
      // No socket's fault but ours: what a peer sends is read, or refused as a value.
      LOG.error("bgp.read.failed", cause, "address", remote.address());
    }
    broken(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    handOver();
    if (!closing) {
      closing = true;
      events.lost(this, lossDetail);
    }
  }

  private void handOver() {
    if (closing || !reader.hasMessages()) {
      return;
    }
    if (unconsumed.incrementAndGet() >= STOP_READING) {
      channel.config().setAutoRead(false);
    }
    events.received(this, reader.take());
    // A turn of the event loop serves sockets first, then tasks.
    channel.eventLoop().execute(events::handedOver);
  }

  private void broken(Throwable cause) {
    lossDetail = SocketWords.of(cause);
    var _ = channel.close();
  }

  private void tellRoom() {
    if (channel.isWritable() && roomWanted.compareAndSet(true, false)) {
      events.roomAgain(this);
    }
  }

  private void closeNow(Optional<NotificationMessage> last) {
    closing = true;
    if (last.isEmpty()) {
      var _ = channel.close();
      return;
    }
    ByteBuf out = channel.alloc().directBuffer();
    MessageEncoder.notification(out, last.get());
    messagesOut.incrementAndGet();
    channel.writeAndFlush(out).addListener(ChannelFutureListener.CLOSE);
    // RFC 9687: a peer that does not read must not keep the connection.
    var _ = channel.eventLoop().schedule(this::closeAnyway, CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private void closeAnyway() {
    var _ = channel.close();
  }

  private void write(Consumer<ByteBuf> message) {
    messagesOut.incrementAndGet();
    channel
        .eventLoop()
        .execute(() -> {
          ByteBuf out = channel.alloc().directBuffer();
          message.accept(out);
          var _ = channel.writeAndFlush(out, channel.voidPromise());
        });
  }
}
