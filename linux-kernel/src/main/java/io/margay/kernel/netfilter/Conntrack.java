package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.NetlinkSocket;
import io.margay.kernel.netns.Netns;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads and deletes tracked connections of one network namespace. Used by one thread at a time, a
 * platform one: each call waits for the kernel.
 */
public final class Conntrack implements AutoCloseable {
  /**
   * For so many addresses the kernel is asked for the flows of each; for more, all flows are read
   * once.
   */
  private static final int ASKED_ONE_BY_ONE = 8;

  private final NetlinkSocket socket;

  private Conntrack(NetlinkSocket socket) {
    this.socket = socket;
  }

  /**
   * What became of flows.
   *
   * @param deleted how many were deleted; others may have ended by themselves meanwhile
   * @param refused those that stay, each with the kernel's words
   */
  public record Deletion(int deleted, List<String> refused) {}

  /** Opens a socket in the calling thread's namespace. */
  public static Conntrack open() {
    return new Conntrack(NetlinkSocket.open(NetlinkSocket.NETFILTER));
  }

  /** Opens a socket in that namespace; the calling thread stays where it is. */
  public static Conntrack in(Netns namespace) {
    return namespace.call(Conntrack::open);
  }

  /**
   * Flows that one of these addresses began or answers, in all zones.
   *
   * @throws io.margay.kernel.libc.KernelException when the kernel does not say, as without
   *     nf_conntrack_netlink
   */
  public Set<ConntrackFlow> flowsOf(Collection<Ip> addresses) {
    var flows = new LinkedHashSet<ConntrackFlow>();
    Set<Ip> wanted = Set.copyOf(addresses);
    Predicate<ConntrackFlow> concerned =
        flow -> wanted.contains(flow.original().source()) || wanted.contains(flow.answerer());
    if (wanted.size() <= ASKED_ONE_BY_ONE) {
      for (Ip address : wanted) {
        read(new ConntrackRequest.DumpOf(address, false), concerned, flows);
        read(new ConntrackRequest.DumpOf(address, true), concerned, flows);
      }
    } else {
      for (Family family : Family.values()) {
        read(new ConntrackRequest.Dump(family), concerned, flows);
      }
    }
    return flows;
  }

  /** Deletes these flows; one that ended meanwhile is no failure. */
  public Deletion delete(Collection<ConntrackFlow> flows) {
    List<ConntrackRequest.Delete> requests =
        flows.stream().map(ConntrackRequest.Delete::new).toList();
    List<Ack> acks = socket.execute(requests);
    int deleted = 0;
    var refused = new ArrayList<String>();
    for (int i = 0; i < requests.size(); i++) {
      Ack ack = acks.get(i);
      if (ack.isOk()) {
        deleted++;
      } else if (!ack.is(Errno.ENOENT)) {
        refused.add(requests.get(i) + ": " + ack);
      }
    }
    return new Deletion(deleted, refused);
  }

  @Override
  public void close() {
    socket.close();
  }

  /** What came is kept only as far as it is concerned: a table may hold a million flows. */
  private void read(
      ConntrackRequest request, Predicate<ConntrackFlow> concerned, Set<ConntrackFlow> into) {
    socket
        .dump(
            request,
            (_, _, body) -> ConntrackBytes.read(body).filter(concerned).ifPresent(into::add))
        .ack()
        .orThrow(request);
  }
}
