package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.margay.foundation.addr.Prefix;
import io.margay.interop.Routers.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The decision process (RFC 4271, 9.1.2.2; RFC 4456, 9) of BIRD, FRR and Margay over the same
 * random paths, read from their views: where the two agree, Margay agrees.
 */
class BestPathTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int PREFIXES = 500;
  private static final int ROUNDS = 3;
  private static final List<String> STEPS =
      List.of(
          "LOCAL_PREF",
          "AS_PATH_LENGTH",
          "ORIGIN",
          "MED",
          "EBGP_OVER_IBGP",
          "IGP_COST",
          "ROUTER_ID",
          "CLUSTER_LIST_LENGTH",
          "PEER_ADDRESS");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
    for (Daemon.Kind kind : List.of(Daemon.Kind.BIRD, Daemon.Kind.FRR)) {
      assumeTrue(Files.isExecutable(kind.program()), "no " + kind.program() + " here");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = 1)
  void choosesAsTheOthers(long seed) throws Exception {
    compare(seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  @Tag("long")
  void choosesAsTheOthersAlways(long seed) throws Exception {
    compare(seed);
  }

  private void compare(long seed) throws Exception {
    var sets = new PathSets(seed, PREFIXES);
    var sessions = new ArrayList<Teller>();
    try (var wire = new Wire();
        var routers = new Routers(wire, folder)) {
      for (Sender sender : Sender.ALL) {
        for (Router router : Router.values()) {
          sessions.add(Teller.dial(wire, sender, router.address()));
        }
      }
      for (Teller session : sessions) {
        session.tell(PathSets.first(session.sender()));
      }
      awaitAll(routers, 0);
      int agreed = 0;
      var steps = new TreeSet<String>();
      for (int round = 1; round <= ROUNDS; round++) {
        Map<Sender, Said> batches = sets.next();
        for (Teller session : sessions) {
          session.tell(Objects.requireNonNull(batches.get(session.sender())));
        }
        awaitAll(routers, round);
        agreed += agreed("seed " + seed + ", round " + round, sets, routers, steps);
      }
      assertThat(agreed).as("compared, seed %d", seed).isGreaterThan(PREFIXES * ROUNDS * 9 / 10);
      assertThat(steps).as("steps that decided, seed %d", seed).containsAll(STEPS);
    } finally {
      for (Teller session : sessions) {
        session.close();
      }
    }
  }

  private static void awaitAll(Routers routers, int round) throws Exception {
    for (Router router : Router.values()) {
      Wait.until(
          router + " has read all of round " + round,
          LIMIT,
          () -> {
            Set<String> known = routers.best(router).keySet();
            return Sender.ALL.stream()
                .allMatch(sender ->
                    known.contains(PathSets.mark(sender, round).toString())
                        && known.contains(PathSets.beyond(sender).toString()));
          });
    }
  }

  /** How many prefixes BIRD and FRR agree on; Margay agrees on each. */
  private static int agreed(String when, PathSets sets, Routers routers, Set<String> steps)
      throws IOException {
    Map<String, String> ours = routers.best(Router.MARGAY);
    Map<String, String> birds = routers.best(Router.BIRD);
    Map<String, String> frrs = routers.best(Router.FRR);
    Map<String, String> reasons = routers.reasons();
    var wrong = new StringBuilder();
    int agreed = 0;
    for (Prefix prefix : sets.all()) {
      String key = prefix.toString();
      if (Objects.equals(birds.get(key), frrs.get(key))) {
        agreed++;
        steps.add(reasons.getOrDefault(key, "NONE"));
        if (!Objects.equals(ours.get(key), birds.get(key))) {
          wrong
              .append(
                  "%s, %s: Margay has %s, the others %s\n"
                      .formatted(when, prefix, ours.get(key), birds.get(key)))
              .append(sets.story(prefix))
              .append(routers.story(key));
        }
      }
    }
    assertThat(wrong.toString()).isEmpty();
    return agreed;
  }
}
