package io.margay.jmh;

import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.wire.UpdateRun;
import io.margay.foundation.addr.Family;
import java.util.List;

/**
 * What one peer says to a RIB: the same prefixes with one set of attributes or another, or gone.
 */
final class Speech {
  private final Core core;
  private final Sender sender;
  private final AdjRibIn peer;
  private final List<UpdateRun> table;
  private final List<UpdateRun> otherTable;
  private final List<UpdateRun> withdrawals;
  private boolean other;

  /**
   * A peer that has said nothing yet.
   *
   * @param number its sender's
   */
  Speech(Core core, int routes, int number) {
    this.sender = new Sender(new Table(Family.IPV4, routes), number);
    this.core = core;
    this.peer = core.open(sender);
    this.table = Sender.runs(sender.announcements(1));
    this.otherTable = Sender.runs(sender.announcements(2));
    this.withdrawals = Sender.runs(sender.withdrawals());
  }

  private Speech(Core core, Speech like) {
    this.core = core;
    this.peer = core.open(like.sender);
    this.sender = like.sender;
    this.table = like.table;
    this.otherTable = like.otherTable;
    this.withdrawals = like.withdrawals;
  }

  /** The same peer, which says all that to another RIB. */
  Speech to(Core another) {
    return new Speech(another, this);
  }

  /** Announces all, each time with other attributes; gives back how much was chosen anew. */
  int announce() {
    other = !other;
    return core.hear(peer, other ? otherTable : table);
  }

  /** Withdraws all; gives back how much was chosen anew. */
  int withdraw() {
    return core.hear(peer, withdrawals);
  }
}
