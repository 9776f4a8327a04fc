package io.margay.bgp.export;

import io.margay.foundation.addr.Family;
import java.util.EnumSet;
import java.util.Set;

/**
 * One peer of a group. It follows the group's log; when it cannot keep up, or comes late, it has a
 * set of rows instead of which it does not know what the group was told, and is told that alone.
 */
public final class GroupMember {
  final String name;
  final int routerId;
  final PeerSink sink;

  /** Its place in the group; its name in exceptions. */
  int place = Chunk.NOBODY;

  /** Number of the chunk that it gets next; no matter while it lags. */
  long next;

  /** It does not follow the log. */
  boolean lagging;

  private final Backlog backlog4 = new Backlog();
  private final Backlog backlog6 = new Backlog();
  final Set<Family> endOfRib = EnumSet.noneOf(Family.class);
  final Set<Family> endOfRefresh = EnumSet.noneOf(Family.class);

  /**
   * A peer that is in no group yet.
   *
   * @param name what comes from there is not sent back
   * @param routerId what it brought into the AS is not sent back, either
   */
  public GroupMember(String name, int routerId, PeerSink sink) {
    this.name = name;
    this.routerId = routerId;
    this.sink = sink;
  }

  /** What it does not know of a family. */
  Backlog backlog(Family family) {
    return family == Family.IPV4 ? backlog4 : backlog6;
  }

  boolean isBehind() {
    return !backlog4.isEmpty() || !backlog6.isEmpty();
  }

  void clear() {
    backlog4.clear();
    backlog6.clear();
    endOfRib.clear();
    endOfRefresh.clear();
  }
}
