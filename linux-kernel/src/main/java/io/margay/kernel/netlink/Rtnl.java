package io.margay.kernel.netlink;

import io.margay.foundation.addr.Family;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netns.Netns;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Request;
import io.margay.kernel.rtnl.AddressBytes;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkBytes;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NeighbourBytes;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.NeighbourRequest;
import io.margay.kernel.rtnl.RouteBytes;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMessage;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RuleBytes;
import io.margay.kernel.rtnl.RuleEntry;
import io.margay.kernel.rtnl.RuleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Reads and changes routes, links, addresses, neighbours and rules of one network namespace. Used
 * by one thread at a time, a platform one: each call waits for the kernel.
 */
public final class Rtnl implements AutoCloseable {
  /** A table that changes all the time never gives a consistent dump. */
  private static final int DUMP_ATTEMPTS = 5;

  private final NetlinkSocket socket;
  private final RouteMessage message = new RouteMessage();

  private Rtnl(NetlinkSocket socket) {
    this.socket = socket;
  }

  /** Opens a socket in the calling thread's namespace. */
  public static Rtnl open() {
    return new Rtnl(NetlinkSocket.open(NetlinkSocket.ROUTE));
  }

  /** Opens a socket in that namespace; the calling thread stays where it is. */
  public static Rtnl in(Netns namespace) {
    return namespace.call(Rtnl::open);
  }

  /** Over a socket, which is closed with it. */
  static Rtnl over(NetlinkSocket socket) {
    return new Rtnl(socket);
  }

  /** Events that this socket causes carry this number. */
  public int port() {
    return socket.port();
  }

  /** All requests in order, in as few calls as they fit in; one answer for each. */
  public List<Ack> apply(List<? extends Request> requests) {
    return socket.execute(requests);
  }

  /** Empties a block, so that requests can be added for this socket. */
  public void begin(RequestBlock block) {
    socket.begin(block);
  }

  /** Sends a block and waits for the answers, which it has then. */
  public void execute(RequestBlock block) {
    socket.execute(block);
  }

  /** Has a block sent while the caller goes on; blocks are sent in this order. */
  public void send(RequestBlock block) {
    socket.send(block);
  }

  /** Waits until a block that is being sent has its answers. */
  public void await(RequestBlock block) {
    socket.await(block);
  }

  /** One request, for callers that go on whatever the answer is. */
  public Ack apply(Request request) {
    return socket.execute(List.of(request)).getFirst();
  }

  /**
   * One request that must succeed.
   *
   * @throws io.margay.kernel.libc.KernelException with the request and the kernel's words
   */
  public void run(Request request) {
    apply(request).orThrow(request);
  }

  /**
   * One request that must succeed, unless it is refused with this number: what is to be removed is
   * gone, what is to be made is there.
   *
   * @throws io.margay.kernel.libc.KernelException with the request and the kernel's words
   */
  public void runUnless(int errno, Request request) {
    Ack ack = apply(request);
    if (!ack.is(errno)) {
      ack.orThrow(request);
    }
  }

  /** The device of that name. */
  public Optional<LinkEntry> link(String name) {
    return link(new LinkRequest.Get(name));
  }

  /** The device of that index. */
  public Optional<LinkEntry> link(int index) {
    return link(new LinkRequest.GetIndexed(index));
  }

  private Optional<LinkEntry> link(LinkRequest request) {
    var found = new ArrayList<LinkEntry>(1);
    Ack ack = socket.ask(request, (_, _, body) -> LinkBytes.read(body).ifPresent(found::add));
    if (ack.is(Errno.ENODEV)) {
      return Optional.empty();
    }
    ack.orThrow(request);
    return found.stream().findFirst();
  }

  public Dump<LinkEntry> links() {
    return dump(new LinkRequest.Dump(), LinkBytes::read);
  }

  public Dump<AddressEntry> addresses() {
    return dump(new AddressRequest.Dump(), AddressBytes::read);
  }

  public Dump<NeighbourEntry> neighbours(NeighbourEntry.Kind kind) {
    return dump(new NeighbourRequest.Dump(kind, 0), NeighbourBytes::read);
  }

  /** Neighbours or forwarding entries of one device. */
  public Dump<NeighbourEntry> neighbours(NeighbourEntry.Kind kind, int interfaceIndex) {
    return dump(
        new NeighbourRequest.Dump(kind, interfaceIndex),
        body -> NeighbourBytes.read(body).filter(n -> n.interfaceIndex() == interfaceIndex));
  }

  public Dump<RuleEntry> rules(Family family) {
    return dump(new RuleRequest.Dump(family), RuleBytes::read);
  }

  /**
   * Routes of one family without IPv6's cached ones.
   *
   * @param table only of this one, 0 for all; one that does not exist is empty
   * @param protocol only with this number, 0 for all
   */
  public Dump<RouteEntry> routes(Family family, int table, int protocol) {
    return routes(family, table, protocol, _ -> true);
  }

  /** Those routes of one family and table for which this holds; the others take no memory. */
  public Dump<RouteEntry> routesWhere(Family family, int table, Predicate<RouteEntry> which) {
    return routes(family, table, 0, which);
  }

  private Dump<RouteEntry> routes(
      Family family, int table, int protocol, Predicate<RouteEntry> which) {
    // A kernel may ignore the filter, and IPv6 shows table local beside main: look again here.
    return dump(
        new RouteRequest.Dump(family, table, protocol),
        body ->
            RouteBytes.read(body)
                .filter(r -> table == 0 || r.table() == table)
                .filter(r -> protocol == 0 || r.protocol() == protocol)
                .filter(r -> !r.isCloned())
                .filter(which));
  }

  /**
   * Routes of one family and table as bytes, in one attempt.
   *
   * @param reader told of each route of the table; the message is good until it returns
   * @return whether the table did not change meanwhile: else some may be missing, or told twice
   */
  public boolean routes(Family family, int table, Consumer<RouteMessage> reader) {
    var request = new RouteRequest.Dump(family, table, 0);
    DumpEnd end =
        socket.dumpBytes(
            request,
            (bytes, from, to) -> {
              if (message.over(bytes, from, to) && message.table() == table) {
                reader.accept(message);
              }
            });
    if (!end.ack().is(Errno.ENOENT)) { // a table that nobody has used yet does not exist
      end.ack().orThrow(request);
    }
    return end.consistent();
  }

  @Override
  public void close() {
    socket.close();
  }

  private <T> Dump<T> dump(Request request, Function<MessageCursor, Optional<T>> reader) {
    var entries = new ArrayList<T>();
    boolean consistent = false;
    for (int i = 0; i < DUMP_ATTEMPTS && !consistent; i++) {
      entries.clear();
      DumpEnd end =
          socket.dump(request, (_, _, body) -> reader.apply(body).ifPresent(entries::add));
      consistent = end.consistent();
      // A table of routes that nobody has used yet does not exist.
      if (!end.ack().is(Errno.ENOENT)) {
        end.ack().orThrow(request);
      }
    }
    return new Dump<>(entries, consistent);
  }
}
