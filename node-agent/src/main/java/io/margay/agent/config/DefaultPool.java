package io.margay.agent.config;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.policy.selector.Selector;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A pool that is made when there is none of its family.
 *
 * @param ipip never for IPv6
 */
public record DefaultPool(
    Prefix cidr,
    int blockSize,
    TunnelMode ipip,
    TunnelMode vxlan,
    boolean natOutgoing,
    String nodeSelector,
    boolean disableBgpExport) {

  /** Those that the environment asks for; of one that says what cannot be, only a problem. */
  static List<DefaultPool> read(Environment env, Problems problems) {
    if (env.read(Keys.NO_DEFAULT_POOLS)) {
      return List.of();
    }
    return Stream.of(PoolKeys.IPV4, PoolKeys.IPV6)
        .flatMap(keys -> read(env, keys, problems).stream())
        .toList();
  }

  private static Optional<DefaultPool> read(Environment env, PoolKeys keys, Problems problems) {
    Optional<Prefix> cidr = env.read(keys.cidr());
    if (cidr.isEmpty()) {
      return Optional.empty();
    }
    var pool =
        new DefaultPool(
            cidr.get(),
            env.read(keys.blockSize()),
            keys.ipip().map(env::read).orElse(TunnelMode.NEVER),
            env.read(keys.vxlan()),
            env.read(keys.natOutgoing()),
            env.read(keys.nodeSelector()),
            env.read(keys.disableBgpExport()));
    Optional<Problem> problem = pool.problem(keys);
    problem.ifPresent(problems::add);
    return problem.isEmpty() ? Optional.of(pool) : Optional.empty();
  }

  private Optional<Problem> problem(PoolKeys keys) {
    if (blockSize < cidr.length()) {
      return wrong(keys.blockSize(), blockSize, "at least the length of " + cidr);
    }
    if (ipip != TunnelMode.NEVER && vxlan != TunnelMode.NEVER) {
      String other = keys.ipip().orElseThrow().name();
      return wrong(keys.vxlan(), vxlan.word(), "Never where " + other + " is " + ipip.word());
    }
    if (Selector.parse(nodeSelector)
        instanceof Selector.Parsed.Invalid(int position, String expected)) {
      String found = '"' + nodeSelector + '"';
      return wrong(keys.nodeSelector(), found, expected + " at character " + position);
    }
    return Optional.empty();
  }

  private static Optional<Problem> wrong(Key<?> key, Object found, String expected) {
    String what = expected + "; no pool is made";
    return Optional.of(new Problem("environment", key.name(), String.valueOf(found), what));
  }
}
