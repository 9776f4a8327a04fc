package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.UnixChannel;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The listening sockets. {@link #set} belongs to one thread; connections come on bgp-io threads.
 */
final class Listeners {
  private static final EventLog LOG = EventLog.of(Listeners.class);

  // Hundreds of peers that dial at once: with BIRD's 8 the kernel drops SYNs, which costs a second.
  private static final int BACKLOG = 1024;

  private final Transport transport;
  private final TransportEvents events;
  private final Map<Endpoint, ChannelFuture> open = new HashMap<>();
  private final AtomicLong strangers = new AtomicLong();
  private final Map<Endpoint, Map<Prefix, Md5Key>> rangeKeys = new HashMap<>();
  private volatile Admission known = Admission.NONE;

  Listeners(Transport transport, TransportEvents events) {
    this.transport = transport;
    this.events = events;
  }

  long strangers() {
    return strangers.get();
  }

  void set(Set<Endpoint> wanted, Admission newKnown) {
    known = newKnown;
    open.entrySet()
        .removeIf(entry -> {
          Channel listener = entry.getValue().channel();
          boolean goes = !wanted.contains(entry.getKey()) || isOver(entry.getValue());
          // One that never came to be has no thread to close it on.
          if (goes && listener.isOpen()) {
            var _ = listener.close();
          }
          return goes;
        });
    for (Endpoint endpoint : wanted) {
      ChannelFuture bound = open.get(endpoint);
      if (bound == null) {
        bind(endpoint);
      } else {
        rekey(endpoint, bound.channel());
      }
    }
  }

  /**
   * Behind the end of the threads: a socket that was bound while they ended is nobody's, and would
   * hold its address.
   */
  void close() {
    for (ChannelFuture bind : open.values()) {
      if (bind.channel() instanceof UnixChannel socket) {
        try {
          socket.fd().close();
        } catch (IOException e) {
          LOG.warn("bgp.listen.leaked", "detail", e.getMessage());
        }
      }
    }
  }

  /** It could not be bound (and is closed in a moment, if it is not yet), or broke later. */
  private static boolean isOver(ChannelFuture bind) {
    return (bind.isDone() && !bind.isSuccess()) || !bind.channel().isOpen();
  }

  private void rekey(Endpoint endpoint, Channel listener) {
    Family family = endpoint.address().family();
    Map<Prefix, Md5Key> ranges = known.rangeKeys(family);
    try {
      listener.config().setOption(EpollChannelOption.TCP_MD5SIG, known.keys(family));
      RangeKeys.replace(listener, rangeKeys.getOrDefault(endpoint, Map.of()), ranges);
      rangeKeys.put(endpoint, ranges);
    } catch (ChannelException e) {
      // Closed a moment ago: the retry that this asks for finds it so, and binds anew.
      events.listenFailed(endpoint.address(), endpoint.port(), SocketWords.of(e));
    }
  }

  private void bind(Endpoint endpoint) {
    Family family = endpoint.address().family();
    Admission admission = known;
    rangeKeys.put(endpoint, admission.rangeKeys(family));
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(transport.threads())
            .channelFactory(() -> socket(family, admission))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            // What answers a SYN must pass a peer's check of RFC 5082.
            .option(SocketOptions.ttl(family), 255)
            .childHandler(new Doorman());
    if (family == Family.IPV6) {
      bootstrap.option(SocketOptions.IPV6_ONLY, 1);
    }
    transport.peerOptions().forEach((option, value) -> setOption(bootstrap, option, value));
    ChannelFuture bind = bootstrap.bind(endpoint.toSocket());
    open.put(endpoint, bind);
    bind.addListener(_ -> {
      if (bind.isSuccess()) {
        events.listening(endpoint.address(), endpoint.port());
      } else {
        events.listenFailed(endpoint.address(), endpoint.port(), SocketWords.of(bind.cause()));
      }
    });
  }

  /**
   * A socket that asks for the keys. Netty only logs an option that it cannot set, and a listener
   * without its keys would let anybody in who sends from a peer's address.
   */
  private static EpollServerSocketChannel socket(Family family, Admission known) {
    var socket = new EpollServerSocketChannel(Transport.protocol(family));
    Transport.sign(socket, known.keys(family), known.rangeKeys(family));
    return socket;
  }

  @SuppressWarnings("unchecked") // the map pairs each option with a value of its type
  private static void setOption(ServerBootstrap bootstrap, ChannelOption<?> option, Object value) {
    bootstrap.childOption((ChannelOption<Object>) option, value);
  }

  /** Lets known addresses in; the others cost a look-up and a reset. */
  private final class Doorman extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      Endpoint remote = Endpoint.of(channel.remoteAddress());
      if (known.admits(remote.address())) {
        events.accepted(transport.adopt(channel));
        channel.eventLoop().execute(events::handedOver);
      } else {
        strangers.incrementAndGet();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        var _ = channel.close();
      }
    }
  }
}
