package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.index.GovernedEndpoint.TierPolicies;
import io.margay.policy.index.PeerSets;
import io.margay.policy.index.SetQuery;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Profile;
import io.margay.policy.selector.Selector;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All chains for the endpoints of a node. What has not changed since the last call is not rendered
 * again. Owned by one thread.
 */
public final class ChainRenderer {
  private final RenderSettings settings;
  private final List<Family> families;
  private final Map<ChainKey, Chain> fixed = new LinkedHashMap<>();
  private Map<Object, Cached> cache = new HashMap<>();

  public ChainRenderer(RenderSettings settings) {
    this.settings = settings;
    this.families = families(settings);
    families.forEach(family -> fixed.putAll(StaticChains.render(family, settings)));
  }

  /** The families that get chains and sets. */
  public static List<Family> families(RenderSettings settings) {
    return settings.ipv6() ? List.of(Family.IPV4, Family.IPV6) : List.of(Family.IPV4);
  }

  /** What something became, and from what. */
  private record Cached(Object source, Map<ChainKey, Chain> chains) {}

  /** Names a policy or a profile in one direction. */
  private record RulesKey(Object owner, Direction direction) {}

  /** All chains; policies and profiles that no endpoint has are left out. */
  public Map<ChainKey, Chain> chains(PolicyWorld world, Collection<GovernedEndpoint> endpoints) {
    var chains = new LinkedHashMap<>(fixed);
    var next = new HashMap<Object, Cached>();
    for (GovernedEndpoint endpoint : endpoints) {
      cached(
          next,
          chains,
          endpoint.workload(),
          endpoint,
          out ->
              families.forEach(
                  family -> new EndpointChains(settings).render(family, endpoint, out)));
    }
    for (Direction direction : Direction.values()) {
      for (Policy policy : policies(world, endpoints, direction)) {
        cached(
            next,
            chains,
            new RulesKey(policy.key(), direction),
            policy,
            out ->
                families.forEach(
                    family -> new PolicyChains(family, settings).render(policy, direction, out)));
      }
      for (Profile profile : profiles(world, endpoints)) {
        cached(
            next,
            chains,
            new RulesKey(profile.name(), direction),
            profile.rules(direction),
            out ->
                families.forEach(
                    family -> new PolicyChains(family, settings).render(profile, direction, out)));
      }
    }
    SortedSet<String> interfaces = new TreeSet<>();
    endpoints.forEach(endpoint -> interfaces.add(endpoint.interfaceName()));
    cached(
        next,
        chains,
        "dispatch",
        interfaces,
        out -> {
          for (Family family : families) {
            for (Direction direction : Direction.values()) {
              DispatchChains.render(
                  family, direction, interfaces, StaticChains.deny(settings), out);
            }
          }
        });
    cache = next;
    return chains;
  }

  private void cached(
      Map<Object, Cached> next,
      Map<ChainKey, Chain> chains,
      Object key,
      Object source,
      Consumer<Map<ChainKey, Chain>> render) {
    Cached entry = cache.get(key);
    if (entry == null || !entry.source().equals(source)) {
      var rendered = new LinkedHashMap<ChainKey, Chain>();
      render.accept(rendered);
      entry = new Cached(source, rendered);
    }
    next.put(key, entry);
    chains.putAll(entry.chains());
  }

  /**
   * The names of the chains that an endpoint's packets meet: the kernel's, ours that are always
   * there, and its own.
   */
  public Set<String> chainNames(GovernedEndpoint endpoint) {
    var names = new LinkedHashSet<String>();
    fixed.keySet().forEach(key -> names.add(key.name()));
    for (Direction direction : Direction.values()) {
      names.addAll(ChainNames.dispatches(direction, endpoint.interfaceName()));
      names.add(ChainNames.workload(direction, endpoint.interfaceName()));
      for (TierPolicies tier : endpoint.tiers(direction)) {
        tier.policies().forEach(policy -> names.add(ChainNames.policy(direction, policy)));
      }
      endpoint.profiles().forEach(profile -> names.add(ChainNames.profile(direction, profile)));
    }
    return names;
  }

  /** The sets that the rules of these endpoints ask. */
  public static Set<SetQuery> queries(PolicyWorld world, Collection<GovernedEndpoint> endpoints) {
    var queries = new LinkedHashSet<SetQuery>();
    for (Direction direction : Direction.values()) {
      for (Policy policy : policies(world, endpoints, direction)) {
        for (PolicyRule rule : policy.rules(direction)) {
          PeerSets.of(rule, direction, policy.selector()).forEach(queries::add);
        }
      }
      for (Profile profile : profiles(world, endpoints)) {
        for (PolicyRule rule : profile.rules(direction)) {
          PeerSets.of(rule, direction, Selector.ALL).forEach(queries::add);
        }
      }
    }
    return queries;
  }

  /** The set of a query with these members. */
  public static SetSpec set(
      SetQuery query, Family family, Set<String> members, RenderSettings settings) {
    String type =
        switch (query) {
          case SetQuery.Addresses _ -> SetSpec.NETS;
          case SetQuery.NamedPort _ -> SetSpec.ADDRESSES_AND_PORTS;
        };
    return new SetSpec(type, family, settings.maxSetSize(), members);
  }

  /** The sets of pools and hosts. */
  public static Map<SetName, SetSpec> fixedSets(PolicyWorld world, RenderSettings settings) {
    var sets = new LinkedHashMap<SetName, SetSpec>();
    families(settings).forEach(family -> sets.putAll(StaticSets.render(family, world, settings)));
    return sets;
  }

  private static List<Policy> policies(
      PolicyWorld world, Collection<GovernedEndpoint> endpoints, Direction direction) {
    SortedSet<PolicyKey> keys = new TreeSet<>();
    for (GovernedEndpoint endpoint : endpoints) {
      endpoint.tiers(direction).forEach(tier -> keys.addAll(tier.policies()));
    }
    return keys.stream().map(key -> Objects.requireNonNull(world.policies().get(key))).toList();
  }

  private static List<Profile> profiles(PolicyWorld world, Collection<GovernedEndpoint> endpoints) {
    SortedSet<String> names = new TreeSet<>();
    endpoints.forEach(endpoint -> names.addAll(endpoint.profiles()));
    return names.stream().map(name -> Objects.requireNonNull(world.profiles().get(name))).toList();
  }
}
