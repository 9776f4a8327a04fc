package io.margay.kernel.netlink;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.kernel.socket.OwnRouteFilter;
import io.margay.kernel.socket.SocketFilter;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells what changes in one network namespace. Subscribes when it is opened: a dump made after that
 * misses nothing. One thread, a platform one, waits in {@link #await} and closes it; {@link #wake}
 * is for all others.
 */
public final class RtnlMonitor implements AutoCloseable {
  /** What to hear of. */
  public enum Group {
    LINK(1),
    NEIGHBOUR(3),
    IPV4_ADDRESS(5),
    IPV4_ROUTE(7),
    IPV4_RULE(8),
    IPV6_ADDRESS(9),
    IPV6_ROUTE(11),
    IPV6_RULE(19);

    private final int number;

    Group(int number) {
      this.number = number;
    }
  }

  private final NetlinkSocket socket;
  private final Fd waker = Libc.eventFd();
  private final ByteBuffer one = Libc.buffer(Long.BYTES).putLong(0, 1);
  private final ByteBuffer wakes = Libc.buffer(Long.BYTES);
  private final ByteBuffer fds = Libc.buffer(2 * Libc.POLLFD_BYTES);

  private RtnlMonitor(NetlinkSocket socket) {
    this.socket = socket;
    fds.putInt(0, socket.fd().number()).putShort(4, Libc.POLLIN);
    fds.putInt(Libc.POLLFD_BYTES, waker.number()).putShort(Libc.POLLFD_BYTES + 4, Libc.POLLIN);
  }

  /** Subscribes in the calling thread's namespace. */
  public static RtnlMonitor open(Set<Group> groups) {
    return open(groups, Optional.empty());
  }

  private static RtnlMonitor open(Set<Group> groups, Optional<SocketFilter> filter) {
    var socket = NetlinkSocket.open(NetlinkSocket.ROUTE);
    try {
      filter.ifPresent(which -> which.attach(socket.fd()));
      groups.forEach(group -> socket.join(group.number));
      return new RtnlMonitor(socket);
    } catch (KernelException e) {
      socket.close();
      throw e;
    }
  }

  /** Subscribes in that namespace; the calling thread stays where it is. */
  public static RtnlMonitor in(Netns namespace, Set<Group> groups) {
    return namespace.call(() -> open(groups));
  }

  /**
   * The same, without most of the routes of one's own making.
   *
   * @param port what the socket of this number does to routes to networks through gateways, or
   *     nowhere, is not told; 0, which is the kernel's own number, for all of it
   */
  public static RtnlMonitor in(Netns namespace, Set<Group> groups, int port) {
    Optional<SocketFilter> filter =
        port == 0 ? Optional.empty() : Optional.of(OwnRouteFilter.of(port));
    return namespace.call(() -> open(groups, filter));
  }

  /**
   * Waits for events and hands all that are queued to the listener, on this thread. An {@link
   * RtnlEvent.Overrun} comes after those that were queued before and behind the gap.
   *
   * @param timeoutMillis at most so long; negative is until an event or {@link #wake}
   */
  public void await(int timeoutMillis, Consumer<RtnlEvent> listener) {
    int ready = Libc.poll(fds, timeoutMillis);
    if (ready < 0 && ready != -Errno.EINTR) {
      throw new KernelException("poll", -ready);
    }
    if (ready <= 0) {
      return;
    }
    Libc.read(waker, wakes);
    if (!socket.drain((type, by, body) -> handOver(type, by, body, listener))) {
      listener.accept(new RtnlEvent.Overrun());
    }
  }

  /** Ends a wait that is under way, or the next one. For any thread, until it is closed. */
  public void wake() {
    Libc.write(waker, one);
  }

  @Override
  public void close() {
    socket.close();
    waker.close();
  }

  private static void handOver(int type, int by, MessageCursor body, Consumer<RtnlEvent> listener) {
    RtnlEvent.read(type, by, body).ifPresent(listener);
  }
}
