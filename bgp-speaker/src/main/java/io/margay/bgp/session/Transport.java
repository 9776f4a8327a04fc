package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * The bgp-io threads with all connections. One small buffer arena serves them: chunks of 512 KiB,
 * no caches by thread.
 */
public final class Transport implements AutoCloseable {
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  // RFC 9687 asks for more than the hold time; the kernel gives up on unacknowledged data then.
  private static final int USER_TIMEOUT_MILLIS = 8 * 60 * 1000;

  private final EventLoopGroup threads;
  private final ByteBufAllocator allocator =
      new PooledByteBufAllocator(true, 0, 1, 8192, 6, 0, 0, false);
  private final RunPool runs = new RunPool();
  private final TransportEvents events;
  private final AtomicInteger nextId = new AtomicInteger(1);
  private final Listeners listeners;

  /** All that are open; what comes behind the end is closed, too. */
  private final ChannelGroup connections =
      new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

  /** Starts the threads; nothing is listened on yet. */
  public Transport(int ioThreads, TransportEvents events) {
    var number = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          var thread = new Thread(task, "bgp-io-" + number.getAndIncrement());
          thread.setDaemon(true);
          return thread;
        };
    this.threads = new MultiThreadIoEventLoopGroup(ioThreads, factory, EpollIoHandler.newFactory());
    this.events = events;
    this.listeners = new Listeners(this, events);
  }

  /**
   * Listens on these endpoints and no others.
   *
   * @param known from where connections are taken; all others are refused
   */
  public void listen(Set<Endpoint> wanted, Admission known) {
    listeners.set(wanted, known);
  }

  /** Connections that were refused because nobody knows the other side. */
  public long strangers() {
    return listeners.strangers();
  }

  /**
   * Dials. The outcome is a channel, or why there is none; after {@link Dialling#cancel} there may
   * be none at all.
   */
  public Dialling dial(DialTarget target, BiConsumer<Optional<PeerChannel>, String> outcome) {
    Family family = target.remote().address().family();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(threads)
            .resolver(NoopAddressResolverGroup.INSTANCE)
            .channelFactory(() -> socket(target))
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
            .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
            .option(SocketOptions.ttl(family), target.sentTtl())
            .handler(new Nothing(connections));
    peerOptions().forEach((option, value) -> setOption(bootstrap, option, value));
    InetSocketAddress remote = target.remote().toSocket();
    ChannelFuture connect =
        target
            .source()
            .map(ip -> bootstrap.connect(remote, new Endpoint(ip, 0).toSocket()))
            .orElseGet(() -> bootstrap.connect(remote));
    connect.addListener(done -> connected(connect, target, outcome));
    return () -> cancel(connect);
  }

  /** Something that is being dialled. */
  @FunctionalInterface
  public interface Dialling {
    /** Gives it up; a connection that came about all the same is closed. */
    void cancel();
  }

  /** Closes all connections at once, without a word to the peers, and ends the threads. */
  @Override
  public void close() {
    // Not left to the threads' end: one that was about to look for tasks ends without closing what
    // it serves (Netty 4.2.18), and peers would hold the session until their timers expire.
    connections.close().awaitUninterruptibly(3, TimeUnit.SECONDS);
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    listeners.close();
  }

  /** What buffers for connections are to come from. */
  public ByteBufAllocator allocator() {
    return allocator;
  }

  EventLoopGroup threads() {
    return threads;
  }

  static SocketProtocolFamily protocol(Family family) {
    return family == Family.IPV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
  }

  /** Options of every connection; reading starts when it is admitted. */
  Map<ChannelOption<?>, Object> peerOptions() {
    return Map.of(
        ChannelOption.ALLOCATOR,
        allocator,
        ChannelOption.AUTO_READ,
        false,
        ChannelOption.TCP_NODELAY,
        true,
        ChannelOption.IP_TOS,
        SocketOptions.TRAFFIC_CLASS,
        ChannelOption.WRITE_BUFFER_WATER_MARK,
        WATER_MARK,
        EpollChannelOption.TCP_USER_TIMEOUT,
        USER_TIMEOUT_MILLIS);
  }

  /** Makes a connection one of ours. */
  PeerChannel adopt(Channel channel) {
    connections.add(channel);
    var reader = new MessageReader(runs);
    var peer = new PeerChannel(nextId.getAndIncrement(), channel, events, reader);
    channel.pipeline().addLast(peer);
    return peer;
  }

  private static EpollSocketChannel socket(DialTarget target) {
    var socket = new EpollSocketChannel(protocol(target.remote().address().family()));
    InetAddress peer = Endpoint.inet(target.remote().address());
    sign(socket, target.md5Key().map(key -> Map.of(peer, key.bytes())).orElse(Map.of()), Map.of());
    return socket;
  }

  /** Sets the TCP MD5 keys of a socket that nobody has yet; it is closed when that fails. */
  static void sign(Channel socket, Map<InetAddress, byte[]> keys, Map<Prefix, Md5Key> ranges) {
    try {
      if (!keys.isEmpty()) {
        socket.config().setOption(EpollChannelOption.TCP_MD5SIG, keys);
      }
      RangeKeys.replace(socket, Map.of(), ranges);
    } catch (RuntimeException e) {
      socket.unsafe().closeForcibly();
      throw new ChannelException("TCP MD5 is not to be had: " + e.getMessage(), e);
    }
  }

  private void connected(
      ChannelFuture connect, DialTarget target, BiConsumer<Optional<PeerChannel>, String> outcome) {
    if (!connect.isSuccess()) {
      if (!connect.isCancelled()) {
        outcome.accept(Optional.empty(), SocketWords.dialling(connect.cause(), target));
      }
      return;
    }
    Family family = target.remote().address().family();
    try {
      SocketOptions.setTtl(connect.channel(), family, target.sentTtl(), target.leastTtl());
    } catch (ChannelException e) {
      // Closed a moment ago, or a kernel without it: a peer is not read without its check.
      var _ = connect.channel().close();
      outcome.accept(Optional.empty(), SocketWords.of(e));
      return;
    }
    outcome.accept(Optional.of(adopt(connect.channel())), "");
  }

  private static void cancel(ChannelFuture connect) {
    connect.cancel(false);
    var _ = connect.channel().close();
  }

  @SuppressWarnings("unchecked") // the map above pairs each option with a value of its type
  private static void setOption(Bootstrap bootstrap, ChannelOption<?> option, Object value) {
    bootstrap.option((ChannelOption<Object>) option, value);
  }

  /** Stands in the pipeline until the connection is up. */
  private static final class Nothing extends ChannelInitializer<Channel> {
    private final ChannelGroup connections;

    Nothing(ChannelGroup connections) {
      this.connections = connections;
    }

    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }
}
