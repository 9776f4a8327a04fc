package io.margay.policy.apply;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Xtables;
import io.margay.kernel.process.RestoreSession;
import io.margay.kernel.process.RestoreSession.Outcome;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.ChainRule;
import io.margay.policy.render.RestoreText;
import io.margay.policy.render.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The chains of one family. All changes of a table are one COMMIT: before it the old policy is in
 * force, after it the new one. Chains that are gone follow in a COMMIT of their own, so that one
 * which somebody still refers to stops nothing else.
 *
 * <p>Owned by one thread, except {@link #isOwn}.
 */
public final class IptablesTarget implements Target<ChainKey, Chain>, AutoCloseable {
  /** Refused chains of one batch that are worked around; each costs a process and a dump. */
  private static final int MAX_REFUSED = 20;

  /** Processes whose changes may still be among the events that are to come. */
  private static final int REMEMBERED = 8;

  private final Xtables xtables;
  private final RestoreSession session;
  private final CopyOnWriteArrayList<Long> processes = new CopyOnWriteArrayList<>();
  private Map<ChainKey, Chain> present = new LinkedHashMap<>();

  public IptablesTarget(Xtables xtables) {
    this.xtables = xtables;
    this.session = xtables.restore();
  }

  @Override
  public Map<ChainKey, Chain> dump() {
    present = new LinkedHashMap<>(SavedTables.read(xtables.family(), xtables.save()));
    return new LinkedHashMap<>(present);
  }

  @Override
  public List<ItemResult<ChainKey>> apply(Diff<ChainKey, Chain> diff) {
    var results = new ArrayList<ItemResult<ChainKey>>(diff.size());
    for (Table table : Table.values()) {
      Map<ChainKey, Chain> put = new TreeMap<>(diff.put());
      put.keySet().removeIf(key -> key.table() != table);
      results.addAll(new Attempt(table, put).results());
    }
    for (Table table : Table.values()) {
      Set<ChainKey> remove = new TreeSet<>(diff.remove());
      remove.removeIf(key -> key.table() != table);
      remove(table, remove, results);
    }
    return results;
  }

  /** Whether a netlink port belongs to a process of this; for any thread. */
  boolean isOwn(int port) {
    return processes.contains((long) port);
  }

  @Override
  public void close() {
    session.close();
  }

  private void remove(Table table, Set<ChainKey> gone, List<ItemResult<ChainKey>> results) {
    if (gone.isEmpty()) {
      return;
    }
    if (commit(RestoreText.remove(table, gone, present)) instanceof Outcome.Taken) {
      present.keySet().removeAll(gone);
      gone.forEach(key -> results.add(new ItemResult.Done<>(key)));
      return;
    }
    // Somebody refers to one of them. Emptied together they do not refer to each other any more.
    dump();
    commit(RestoreText.put(table, emptied(gone), present));
    dump();
    for (ChainKey key : gone) {
      results.add(
          switch (commit(RestoreText.remove(table, Set.of(key), present))) {
            case Outcome.Taken() -> new ItemResult.Done<>(key);
            case Outcome.Refused(String said, _) -> new ItemResult.Failed<>(key, said);
          });
    }
    dump();
  }

  private static Map<ChainKey, Chain> emptied(Set<ChainKey> keys) {
    var chains = new TreeMap<ChainKey, Chain>();
    keys.forEach(key -> chains.put(key, Chain.of(List.of())));
    return chains;
  }

  private Outcome commit(RestoreText text) {
    Outcome outcome = session.apply(text.text());
    session
        .pid()
        .ifPresent(pid -> {
          if (processes.addIfAbsent(pid) && processes.size() > REMEMBERED) {
            processes.removeFirst();
          }
        });
    return outcome;
  }

  private static Optional<ChainKey> culprit(RestoreText text, Outcome.Refused refusal) {
    int line = refusal.line().orElse(0);
    return line >= 1 && line <= text.lines().size()
        ? text.lines().get(line - 1).chain()
        : Optional.empty();
  }

  /** Drops everything; its rule has no hash, so that it never passes for what is wanted. */
  private static Chain closed(ChainKey key) {
    return Chain.of(List.of(ChainRule.read("-A " + key.name() + " --jump DROP")));
  }

  /**
   * Puts chains of a table, all at once. One that is refused keeps its old rules; a new one drops
   * everything until it is taken, so that those which refer to it can be put and nothing passes
   * unjudged.
   */
  private final class Attempt {
    private final Table table;
    private final Map<ChainKey, Chain> wanted;
    private final Map<ChainKey, Chain> attempted;
    private final Map<ChainKey, String> refused = new LinkedHashMap<>();
    private boolean hooksRead;

    Attempt(Table table, Map<ChainKey, Chain> wanted) {
      this.table = table;
      this.wanted = wanted;
      this.attempted = new TreeMap<>(wanted);
    }

    List<ItemResult<ChainKey>> results() {
      run();
      var results = new ArrayList<ItemResult<ChainKey>>(wanted.size());
      for (ChainKey key : wanted.keySet()) {
        String reason = refused.get(key);
        results.add(
            reason == null ? new ItemResult.Done<>(key) : new ItemResult.Failed<>(key, reason));
      }
      return results;
    }

    private void run() {
      while (!attempted.isEmpty()) {
        RestoreText text = RestoreText.put(table, attempted, present);
        if (!(commit(text) instanceof Outcome.Refused refusal)) {
          present.putAll(attempted);
          return;
        }
        dump();
        if (!canGoOn(culprit(text, refusal), refusal.said())) {
          wanted.keySet().forEach(key -> refused.put(key, refusal.said()));
          return;
        }
      }
    }

    /** Whether another attempt has a chance, and what it leaves out. */
    private boolean canGoOn(Optional<ChainKey> found, String said) {
      if (found.isEmpty() || refused.size() == MAX_REFUSED) {
        return false;
      }
      ChainKey culprit = found.get();
      if (culprit.isKernel()) {
        // Somebody changed our rules there in the meantime; now they have been read anew.
        boolean first = !hooksRead;
        hooksRead = true;
        return first;
      }
      if (refused.putIfAbsent(culprit, said) != null) {
        return false;
      }
      if (present.containsKey(culprit)) {
        attempted.remove(culprit);
      } else {
        attempted.put(culprit, closed(culprit));
      }
      return true;
    }
  }
}
