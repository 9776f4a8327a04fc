package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Backoff;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Ipset;
import io.margay.kernel.netfilter.Xtables;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sets and chains as one target, because their order is what keeps policy strict: at no step passes
 * a packet that both the old and the new policy deny.
 *
 * <ol>
 *   <li>new sets, whole; members that leave go out of the others: the old rules, with fewer members
 *   <li>chains, a COMMIT a table: the new rules, with fewer members
 *   <li>members that come
 *   <li>chains, then sets that are gone
 * </ol>
 *
 * <p>This holds while sets stand in rules that allow; a set in a rule that denies would need its
 * members in the other order. Owned by one thread, except {@link #isOwn}.
 */
public final class PolicyTarget implements Target<RenderKey, Rendered>, AutoCloseable {
  /**
   * For the Reconciler: all that is due in one batch, since the order holds within one; a refusal
   * is tried again soon, since pods wait.
   */
  public static final ReconcilerSettings SETTINGS =
      new ReconcilerSettings(
          Duration.ofSeconds(90),
          new Backoff(Duration.ofMillis(50), Duration.ofSeconds(5)),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  private final Target<SetName, SetSpec> sets;
  private final Map<Family, ? extends Target<ChainKey, Chain>> chains;
  private final List<IptablesTarget> sessions;

  /** What was there at the last dump, with what was put there since. */
  private final Map<RenderKey, Rendered> present = new HashMap<>();

  /**
   * A target in our own namespaces, or in those that the launcher goes into.
   *
   * @param families the families that are rendered
   * @param launcher what stands before each program: {@code nsenter --net=PATH}, or nothing
   */
  public PolicyTarget(Backend backend, Collection<Family> families, List<String> launcher) {
    var tables = new EnumMap<Family, IptablesTarget>(Family.class);
    for (Family family : families) {
      tables.put(family, new IptablesTarget(new Xtables(backend, family, launcher)));
    }
    this.sets = new IpsetTarget(new Ipset(launcher));
    this.chains = tables;
    this.sessions = List.copyOf(tables.values());
  }

  /** The same order over other targets. */
  PolicyTarget(
      Target<SetName, SetSpec> sets, Map<Family, ? extends Target<ChainKey, Chain>> chains) {
    this.sets = sets;
    this.chains = chains;
    this.sessions = List.of();
  }

  @Override
  public Map<RenderKey, Rendered> dump() {
    var all = new LinkedHashMap<RenderKey, Rendered>(sets.dump());
    chains.values().forEach(target -> all.putAll(target.dump()));
    present.clear();
    present.putAll(all);
    return all;
  }

  @Override
  public List<ItemResult<RenderKey>> apply(Diff<RenderKey, Rendered> diff) {
    var batch = new Batch(diff);
    batch.narrowSets();
    batch.putChains();
    batch.widenSets();
    batch.remove();
    return batch.results();
  }

  /**
   * The members that a set has and keeps: what it may hold while it is not sure which rules are in
   * force, the old or the new. A set that is not there yet no old rule asks: all of it.
   */
  private SetSpec narrowed(SetName name, SetSpec wanted) {
    if (!(present.get(name) instanceof SetSpec now)) {
      return wanted;
    }
    var kept = new HashSet<String>();
    for (String member : now.members()) {
      if (wanted.members().contains(member)) {
        kept.add(member);
      }
    }
    return kept.size() == now.members().size() ? wanted.with(now.members()) : wanted.with(kept);
  }

  /** Whether a netlink port belongs to a process of ours; for any thread. */
  public boolean isOwn(int port) {
    return sessions.stream().anyMatch(session -> session.isOwn(port));
  }

  @Override
  public void close() {
    sessions.forEach(IptablesTarget::close);
  }

  /** One call of {@link #apply}, step by step. */
  private final class Batch {
    private final Map<SetName, SetSpec> putSets = new LinkedHashMap<>();
    private final Map<ChainKey, Chain> putChains = new LinkedHashMap<>();
    private final Set<SetName> removeSets = new LinkedHashSet<>();
    private final Set<ChainKey> removeChains = new LinkedHashSet<>();

    /** Empty: done. */
    private final Map<RenderKey, String> reasons = new LinkedHashMap<>();

    Batch(Diff<RenderKey, Rendered> diff) {
      diff.put()
          .forEach((key, value) -> {
            switch (key) {
              case SetName name when value instanceof SetSpec set -> putSets.put(name, set);
              case ChainKey name when value instanceof Chain chain -> putChains.put(name, chain);
              default -> reasons.put(key, "bug: " + key + " cannot be a " + value.getClass());
            }
          });
      for (RenderKey key : diff.remove()) {
        switch (key) {
          case SetName name -> removeSets.add(name);
          case ChainKey name -> removeChains.add(name);
        }
      }
    }

    void narrowSets() {
      var narrow = new LinkedHashMap<SetName, SetSpec>();
      putSets.forEach((name, set) -> narrow.put(name, narrowed(name, set)));
      take(narrow, sets.apply(new Diff<>(narrow, Set.of())));
    }

    void putChains() {
      chains.forEach((family, target) -> {
        var part = new LinkedHashMap<>(putChains);
        part.keySet().removeIf(key -> key.family() != family);
        take(part, target.apply(new Diff<>(part, Set.of())));
      });
    }

    /** Adds members, except to sets that old or new rules of a refused chain ask. */
    void widenSets() {
      var waiting = new HashMap<String, ChainKey>();
      putChains.forEach((key, chain) -> {
        if (isRefused(key)) {
          chain.sets().forEach(set -> waiting.put(set, key));
          if (present.get(key) instanceof Chain old) {
            old.sets().forEach(set -> waiting.put(set, key));
          }
        }
      });
      var wide = new LinkedHashMap<SetName, SetSpec>();
      putSets.forEach((name, set) -> {
        ChainKey refused = waiting.get(name.text());
        if (isRefused(name) || set.equals(present.get(name))) {
          return;
        }
        if (refused != null) {
          reasons.put(name, "waits for chain " + refused);
        } else {
          wide.put(name, set);
        }
      });
      take(wide, sets.apply(new Diff<>(wide, Set.of())));
    }

    void remove() {
      chains.forEach((family, target) -> {
        var part = new LinkedHashSet<>(removeChains);
        part.removeIf(key -> key.family() != family);
        take(Map.of(), target.apply(new Diff<>(Map.of(), part)));
      });
      take(Map.of(), sets.apply(new Diff<>(Map.of(), removeSets)));
    }

    private boolean isRefused(RenderKey key) {
      return !reasons.getOrDefault(key, "").isEmpty();
    }

    private void take(
        Map<? extends RenderKey, ? extends Rendered> put,
        List<? extends ItemResult<? extends RenderKey>> results) {
      for (ItemResult<? extends RenderKey> result : results) {
        RenderKey key = result.key();
        if (result instanceof ItemResult.Failed<?>(_, String reason)) {
          reasons.put(key, reason);
          continue;
        }
        reasons.put(key, "");
        Rendered value = put.get(key);
        if (value == null) {
          present.remove(key);
        } else {
          present.put(key, value);
        }
      }
    }

    List<ItemResult<RenderKey>> results() {
      var results = new ArrayList<ItemResult<RenderKey>>(reasons.size());
      reasons.forEach((key, reason) ->
          results.add(
              reason.isEmpty()
                  ? new ItemResult.Done<>(key)
                  : new ItemResult.Failed<>(key, reason)));
      return results;
    }
  }
}
