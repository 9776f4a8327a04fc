package io.margay.ipam.allocate;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.PoolVerdict.Reason;
import io.margay.ipam.store.Pool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Which pools may serve a request. */
sealed interface PoolChoice {
  /** In the order in which they are tried; at least one. */
  record Chosen(List<Pool> pools) implements PoolChoice {
    /** The pool around a block. */
    Optional<Pool> around(Prefix block) {
      return pools.stream().filter(p -> p.cidr().contains(block)).findFirst();
    }

    List<String> names() {
      return pools.stream().map(Pool::name).toList();
    }
  }

  record None(Refusal why) implements PoolChoice {}

  /**
   * Pools that were asked for are taken whatever their selectors and mode, as Calico does; else
   * those that select node and namespace, by name.
   */
  static PoolChoice of(List<Pool> all, AssignRequest request) {
    List<Pool> pools =
        all.stream()
            .filter(p -> p.family() == request.family())
            .sorted(Comparator.comparing(Pool::name))
            .toList();
    var asked = new ArrayList<Pool>();
    for (String text : request.pools()) {
      Optional<Pool> found = pools.stream().filter(p -> isMeant(p, text)).findFirst();
      if (found.isEmpty()) {
        return new None(new Refusal.NoSuchPool(text, pools.stream().map(Pool::name).toList()));
      }
      asked.add(found.get());
    }
    var usable = new ArrayList<Pool>();
    var verdicts = new ArrayList<PoolVerdict>();
    for (Pool pool : asked.isEmpty() ? pools : asked) {
      PoolVerdict verdict = judge(pool, request);
      verdicts.add(verdict);
      if (verdict.reason() == Reason.USABLE) {
        usable.add(pool);
      }
      if (verdict.reason() == Reason.DISABLED && !asked.isEmpty()) {
        return new None(new Refusal.NoPool(request.family(), List.of(verdict)));
      }
    }
    return usable.isEmpty()
        ? new None(new Refusal.NoPool(request.family(), List.copyOf(verdicts)))
        : new Chosen(List.copyOf(usable));
  }

  private static boolean isMeant(Pool pool, String text) {
    return pool.name().equals(text) || Prefix.parse(text).filter(pool.cidr()::equals).isPresent();
  }

  private static PoolVerdict judge(Pool pool, AssignRequest request) {
    boolean automatic = request.pools().isEmpty();
    if (pool.disabled()) {
      return new PoolVerdict(pool.name(), Reason.DISABLED, "");
    }
    if (automatic && pool.assignmentMode() == Pool.AssignmentMode.MANUAL) {
      return new PoolVerdict(pool.name(), Reason.MANUAL, "");
    }
    if (automatic && !pool.node().matches()) {
      return new PoolVerdict(pool.name(), Reason.NODE, pool.node().selector());
    }
    if (automatic && !pool.namespace().matches(request.namespaceLabels())) {
      return new PoolVerdict(pool.name(), Reason.NAMESPACE, pool.namespace().selector());
    }
    if (!pool.allowedUses().contains(request.use())) {
      return new PoolVerdict(pool.name(), Reason.USE, request.use().text());
    }
    return new PoolVerdict(pool.name(), Reason.USABLE, "");
  }
}
