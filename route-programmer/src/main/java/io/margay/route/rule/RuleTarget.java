package io.margay.route.rule;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.kernel.rtnl.RuleEntry;
import io.margay.kernel.rtnl.RuleRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Policy rules as a target. A rule has nothing but what it says, so it is its own key. Ours are
 * those with our protocol ({@code FRA_PROTOCOL}, Linux 4.17); all others are left alone. Owned by
 * the thread of its reconciler.
 */
public final class RuleTarget implements Target<RuleEntry, RuleEntry>, AutoCloseable {
  private final Rtnl rtnl;
  private final int protocol;

  /**
   * A target in the namespace of the socket, which is closed with it.
   *
   * @param protocol of our rules, and of no other program's; not 0
   */
  public RuleTarget(Rtnl rtnl, int protocol) {
    if (protocol <= 0 || protocol > 0xff) {
      throw new IllegalArgumentException("protocol " + protocol);
    }
    this.rtnl = rtnl;
    this.protocol = protocol;
  }

  /** Whether an event may have changed a rule of ours: then the loop should resync. */
  public boolean concerns(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RuleChanged(RuleEntry rule) -> rule.protocol() == protocol;
      case RtnlEvent.RuleGone(RuleEntry rule) -> rule.protocol() == protocol;
      case RtnlEvent.Overrun _ -> true;
      default -> false;
    };
  }

  @Override
  public Map<RuleEntry, RuleEntry> dump() {
    var ours = new HashMap<RuleEntry, RuleEntry>();
    for (Family family : Family.values()) {
      for (RuleEntry rule : rtnl.rules(family).entries()) {
        if (rule.family() == family && rule.protocol() == protocol) {
          ours.put(rule, rule);
        }
      }
    }
    return ours;
  }

  /** The new rules before the old ones go: a rule that changes is never missing. */
  @Override
  public List<ItemResult<RuleEntry>> apply(Diff<RuleEntry, RuleEntry> diff) {
    var results = new ArrayList<ItemResult<RuleEntry>>();
    for (RuleEntry rule : diff.put().values()) {
      if (rule.protocol() != protocol) {
        throw new IllegalArgumentException(rule + " has the protocol " + rule.protocol());
      }
      Ack ack = rtnl.apply(new RuleRequest.Create(rule));
      results.add(
          ack.isOk()
              ? new ItemResult.Done<>(rule)
              : new ItemResult.Failed<>(
                  rule,
                  "rule %s: %s".formatted(rule, ack.is(Errno.EEXIST) ? "is there already" : ack)));
    }
    for (RuleEntry rule : diff.remove()) {
      Ack ack = rtnl.apply(new RuleRequest.Delete(rule));
      results.add(
          ack.isOk() || ack.is(Errno.ENOENT)
              ? new ItemResult.Done<>(rule)
              : new ItemResult.Failed<>(rule, "removal of rule %s: %s".formatted(rule, ack)));
    }
    return results;
  }

  @Override
  public void close() {
    rtnl.close();
  }
}
