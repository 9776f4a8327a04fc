package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.kernel.netfilter.Xtables;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.process.ProgramException;
import io.margay.policy.render.ChainKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chains of ours where we do not work any more: in the other back end after the node has changed
 * its own, or of IPv6 after that was turned off. They would go on judging packets by policies of
 * then.
 */
public final class Leftovers {
  private static final EventLog LOG = EventLog.of(Leftovers.class);

  private Leftovers() {}

  /**
   * Takes away all that is ours but for the families of this back end. To be called when the policy
   * is in force where we do work: before, the old chains are better than none.
   *
   * @return how many chains are gone
   */
  public static int clear(Backend used, Set<Family> families, List<String> launcher) {
    int gone = 0;
    for (Backend backend : Backend.values()) {
      for (Family family : Family.values()) {
        if (backend != used || !families.contains(family)) {
          gone += clear(new Xtables(backend, family, launcher));
        }
      }
    }
    return gone;
  }

  private static int clear(Xtables xtables) {
    try (var target = new IptablesTarget(xtables)) {
      Set<ChainKey> found = target.dump().keySet();
      int gone = 0;
      for (ItemResult<ChainKey> result : target.apply(new Diff<>(Map.of(), found))) {
        switch (result) {
          case ItemResult.Done<ChainKey> _ -> gone++;
          case ItemResult.Failed<ChainKey>(ChainKey key, String reason) ->
              LOG.warn(
                  "policy.leftover.stays",
                  "backend",
                  xtables.backend(),
                  "chain",
                  key,
                  "why",
                  reason);
        }
      }
      if (gone > 0) {
        LOG.info(
            "policy.leftovers.removed",
            "backend",
            xtables.backend(),
            "family",
            xtables.family(),
            "chains",
            gone);
      }
      return gone;
    } catch (ProgramException e) {
      // A back end whose programs are not there has no chains of ours.
      LOG.debug("policy.leftovers.unreadable", "backend", xtables.backend(), "why", e.getMessage());
      return 0;
    }
  }
}
