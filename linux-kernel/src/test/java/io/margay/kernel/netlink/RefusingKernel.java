package io.margay.kernel.netlink;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.rtnl.RouteBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The kernel of a namespace, but for routes to some prefixes: requests to make those are answered
 * with a number of the test's choice and never reach the kernel. For what no test can bring a
 * kernel to: it runs out of memory for one route and not for the next, or forbids one and allows
 * the next. Everything else, the bytes of the answers too, is the kernel's.
 *
 * <p>Stands between two sockets: ours is one of UDP on the loopback device, and a thread hands each
 * datagram on.
 */
public final class RefusingKernel implements AutoCloseable {
  private static final int NEWROUTE = 24;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCKADDR_BYTES = 16;
  private static final int TYPE_AT = 4;
  private static final int SEQUENCE_AT = 8;

  /** No request has it. */
  private static final int NONE = 0;

  private final Fd fd;
  private final int port;
  private final DatagramChannel near;
  private final Rtnl rtnl;
  private final ConcurrentHashMap<Prefix, Integer> refused = new ConcurrentHashMap<>();
  private final ByteBuffer in = buffer();
  private final ByteBuffer out = buffer();
  private final ByteBuffer answer = buffer();
  private final Thread thread = Thread.ofPlatform().daemon().name("refusing").unstarted(this::run);

  private RefusingKernel(NetlinkSocket real, DatagramChannel near, Fd ours) {
    this.fd = real.fd();
    this.port = real.port();
    this.near = near;
    this.rtnl = Rtnl.over(NetlinkSocket.over(ours, port));
  }

  /** One in front of the kernel of that namespace. */
  public static RefusingKernel of(Netns namespace) {
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      DatagramChannel near = DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
      Fd ours = Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
      int number = ((InetSocketAddress) near.getLocalAddress()).getPort();
      ByteBuffer address = Libc.buffer(SOCKADDR_BYTES).putShort(0, (short) AF_INET);
      address.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) number);
      address.putInt(4, Ip4.of("127.0.0.1").bits());
      int failed = PacketLibc.connect(ours, PacketLibc.address(address), SOCKADDR_BYTES);
      if (failed < 0) {
        throw new KernelException("connect", -failed);
      }
      NetlinkSocket real = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.ROUTE));
      var kernel = new RefusingKernel(real, near, ours);
      kernel.thread.start();
      return kernel;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How it is spoken with; closed by whoever uses it. */
  public Rtnl rtnl() {
    return rtnl;
  }

  /** From now on a route to this destination is refused with this number. */
  public void refuse(Prefix destination, int errno) {
    refused.put(destination, errno);
  }

  /** From now on nothing is refused but by the kernel. */
  public void relent() {
    refused.clear();
  }

  @Override
  public void close() {
    try {
      near.close();
      thread.join();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
    fd.close();
  }

  private void run() {
    try {
      while (true) {
        SocketAddress asker = near.receive(in.clear());
        in.flip();
        int asked = cut(asker);
        if (out.flip().hasRemaining()) {
          int last = out.getInt(lastAt() + SEQUENCE_AT);
          Libc.send(fd, out);
          handOver(asker, last, asked == last);
        }
      }
    } catch (AsynchronousCloseException | SocketException e) {
      // Closed: the test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Leaves in {@code out} what the kernel is to have, the last of it asking for an answer; answers
   * the rest.
   *
   * @return the number of the last request when it is the kernel's to answer, or {@link #NONE}
   */
  private int cut(SocketAddress asker) throws IOException {
    out.clear();
    int asked = NONE;
    int lastAt = 0;
    for (int at = 0; at < in.limit(); at += Nlm.align(in.getInt(at))) {
      int length = Nlm.align(in.getInt(at));
      int errno = errnoFor(at);
      asked = NONE;
      if (errno != 0) {
        refuse(asker, at, errno);
      } else {
        lastAt = out.position();
        asked = in.getInt(at + SEQUENCE_AT);
        out.put(in.slice(at, length));
      }
    }
    if (out.position() > 0) {
      int flags = out.getShort(lastAt + Nlm.FLAGS_AT) | Nlm.ACK;
      out.putShort(lastAt + Nlm.FLAGS_AT, (short) flags);
    }
    return asked;
  }

  private int errnoFor(int at) {
    if (in.getShort(at + TYPE_AT) != NEWROUTE) {
      return 0;
    }
    var body = new MessageCursor().over(in, at + Nlm.HEADER_BYTES, at + in.getInt(at));
    return RouteBytes.read(body)
        .map(route -> refused.getOrDefault(route.destination(), 0))
        .orElse(0);
  }

  /** {@code struct nlmsgerr} without the request, as the kernel is asked to. */
  private void refuse(SocketAddress asker, int at, int errno) throws IOException {
    answer.clear().putInt(Nlm.HEADER_BYTES + 20).putShort((short) Nlm.ERROR);
    answer.putShort((short) Nlm.CAPPED).putInt(in.getInt(at + SEQUENCE_AT)).putInt(port);
    answer.putInt(-errno).put(in.slice(at, Nlm.HEADER_BYTES));
    near.send(answer.flip(), asker);
  }

  private int lastAt() {
    int at = 0;
    for (int next = at; next < out.limit(); next += Nlm.align(out.getInt(next))) {
      at = next;
    }
    return at;
  }

  /** Hands on what the kernel answers until it is through with the request of that number. */
  private void handOver(SocketAddress asker, int last, boolean wasAskedFor) throws IOException {
    boolean through = false;
    while (!through) {
      int length = Libc.receive(fd, answer.clear(), 0);
      if (length < 0) {
        throw new KernelException("answer of the kernel behind", -length);
      }
      answer.limit(length);
      for (int at = 0; at < length; at += Nlm.align(answer.getInt(at))) {
        int type = answer.getShort(at + TYPE_AT);
        through |= isEnd(type) && answer.getInt(at + SEQUENCE_AT) == last;
      }
      boolean isOk = through && answer.getInt(Nlm.HEADER_BYTES) == 0;
      if (wasAskedFor || !through || !isOk) {
        near.send(answer, asker);
      }
    }
  }

  private static boolean isEnd(int type) {
    return type == Nlm.ERROR || type == Nlm.DONE;
  }

  private static ByteBuffer buffer() {
    return Libc.buffer(64 * 1024);
  }
}
