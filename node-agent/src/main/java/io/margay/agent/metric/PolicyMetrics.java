package io.margay.agent.metric;

import io.margay.agent.metric.Registry.Row;
import io.margay.foundation.addr.Family;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.SetSpec;
import io.margay.policy.render.Table;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Policy on this node as Felix counts it. */
public final class PolicyMetrics {
  private static final List<String> VERSION = List.of("ip_version");
  private static final List<String> VERSION_AND_TABLE = List.of("ip_version", "table");

  private PolicyMetrics() {}

  /** The sets of one family. */
  public record Sets(Family family, int number) {}

  /** One table of one family: our chains, and the rules in them and in the kernel's own chains. */
  public record Chains(Family family, Table table, int chains, int rules) {
    private Chains with(boolean chain, int more) {
      return new Chains(family, table, chains + (chain ? 1 : 0), rules + more);
    }
  }

  /**
   * What should be in the kernel at one moment.
   *
   * @param endpoints of this node
   * @param policies that govern one of them
   */
  public record Counts(int endpoints, int policies, List<Sets> sets, List<Chains> chains) {
    /** Counts; to be called by the owner of the engine. */
    public static Counts of(PolicyEngine engine) {
      Set<PolicyKey> policies = new HashSet<>();
      for (GovernedEndpoint endpoint : engine.endpoints().values()) {
        for (Direction direction : Direction.values()) {
          endpoint.tiers(direction).forEach(tier -> policies.addAll(tier.policies()));
        }
      }
      var sets = new TreeMap<Family, Sets>();
      var tables = new TreeMap<String, Chains>();
      engine
          .desired()
          .forEach((key, value) -> {
            switch (value) {
              case SetSpec set ->
                  sets.merge(
                      set.family(),
                      new Sets(set.family(), 1),
                      (a, b) -> new Sets(a.family(), a.number() + b.number()));
              case Chain chain when key instanceof ChainKey name ->
                  tables.compute(
                      name.family() + " " + name.table(),
                      (_, known) ->
                          (known == null ? new Chains(name.family(), name.table(), 0, 0) : known)
                              .with(!name.isKernel(), chain.rules().size()));
              case Chain _ -> {}
            }
          });
      return new Counts(
          engine.endpoints().size(),
          policies.size(),
          List.copyOf(sets.values()),
          List.copyOf(tables.values()));
    }
  }

  /**
   * Binds policy.
   *
   * @param counts empty when the stages do not answer in time
   */
  public static void bind(Registry registry, Supplier<Optional<Counts>> counts) {
    Supplier<Optional<Counts>> asked = registry.oncePerPage(counts);
    gauge(
        registry,
        "felix_active_local_endpoints",
        "Pods of this node that policy knows; worry when it differs from the pods that run.",
        asked,
        Counts::endpoints);
    gauge(
        registry,
        "felix_active_local_policies",
        "Policies that govern a pod of this node; worry when it falls unasked.",
        asked,
        Counts::policies);
    registry.gauges(
        "felix_ipsets_calico",
        "Sets that should be in the kernel, by IP version; worry beyond some thousands.",
        VERSION,
        () ->
            rows(
                asked,
                Counts::sets,
                sets -> new Row(List.of(version(sets.family())), sets.number())));
    registry.gauges(
        "felix_iptables_chains",
        "Chains of ours that should be in the kernel; worry beyond some tens of thousands.",
        VERSION_AND_TABLE,
        () -> rows(asked, Counts::chains, table -> row(table, table.chains())));
    registry.gauges(
        "felix_iptables_rules",
        "Rules of ours that should be in the kernel; worry beyond a hundred thousand.",
        VERSION_AND_TABLE,
        () -> rows(asked, Counts::chains, table -> row(table, table.rules())));
  }

  private static void gauge(
      Registry registry,
      String name,
      String help,
      Supplier<Optional<Counts>> counts,
      ToDoubleFunction<Counts> value) {
    registry.gauge(name, help, () -> counts.get().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private static <T> List<Row> rows(
      Supplier<Optional<Counts>> counts, Function<Counts, List<T>> part, Function<T, Row> row) {
    return counts.get().map(part).orElse(List.of()).stream().map(row).toList();
  }

  private static Row row(Chains table, int value) {
    return new Row(List.of(version(table.family()), table.table().toString()), value);
  }

  private static String version(Family family) {
    return switch (family) {
      case IPV4 -> "4";
      case IPV6 -> "6";
    };
  }
}
