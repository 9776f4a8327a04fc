package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Octets;
import io.margay.bgp.wire.UpdateRun.Kind;
import io.margay.foundation.addr.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class UpdateRunTest {
  @Test
  void aRunMeansWhatWasPutIntoIt() {
    var run = new UpdateRun();
    var hash = new BlockHash();
    for (long seed = 0; seed < 300; seed++) {
      var chance = new Random(seed);
      var updates = new ArrayList<DecodedUpdate>();
      int count = chance.nextInt(1, 30);
      for (int i = 0; i < count; i++) {
        updates.add(update(chance));
      }
      run.clear();
      updates.forEach(update -> RunObjects.append(run, update, hash));
      assertThat(run.updates()).as("seed %d", seed).isEqualTo(updates);
      assertCounts(run, updates, seed);
    }
  }

  @Test
  void operationsCanBeWalkedWithoutObjects() {
    var run = new UpdateRun();
    var routes = new RandomRoutes(new Random(1));
    var withdrawn = new NlriList();
    routes.prefixes(Family.IPV4, 2).forEach(prefix -> withdrawn.add(prefix, 7));
    routes.prefixes(Family.IPV6, 3).forEach(prefix -> withdrawn.add(prefix, 0));
    var announced =
        new Announcement(
            Family.IPV4, routes.attributes(Family.IPV4), routes.prefixes(Family.IPV4, 4));
    RunObjects.append(
        run, new DecodedUpdate(withdrawn, List.of(announced), Optional.empty()), new BlockHash());
    RunObjects.append(
        run,
        new DecodedUpdate(new NlriList(), List.of(), Optional.of(Family.IPV6)),
        new BlockHash());

    assertThat(run.operations()).isEqualTo(4);
    assertThat(List.of(run.kind(0), run.kind(1), run.kind(2), run.kind(3)))
        .containsExactly(Kind.WITHDRAW, Kind.WITHDRAW, Kind.ANNOUNCE, Kind.END_OF_RIB);
    assertThat(run.family(1)).isEqualTo(Family.IPV6);
    assertThat(run.end(0) - run.first(0)).isEqualTo(2);
    assertThat(run.end(1) - run.first(1)).isEqualTo(3);
    assertThat(run.pathId(run.first(0))).isEqualTo(7);
    assertThat(run.pathId(run.first(1))).isZero();
    assertThat(run.low(run.first(2))).isZero();
    assertThat(run.blockHash(2))
        .isEqualTo(new BlockHash().of(run.blocks(), run.blockFrom(2), run.blockTo(2)));
  }

  private static void assertCounts(UpdateRun run, List<DecodedUpdate> updates, long seed) {
    int announced = 0;
    int withdrawn = 0;
    for (DecodedUpdate update : updates) {
      announced += update.announced().stream().mapToInt(a -> a.prefixes().size()).sum();
      withdrawn += update.withdrawn().size();
    }
    assertThat(run.count()).as("seed %d", seed).isEqualTo(updates.size());
    assertThat(run.announced()).as("seed %d", seed).isEqualTo(announced);
    assertThat(run.withdrawn()).as("seed %d", seed).isEqualTo(withdrawn);
  }

  private static DecodedUpdate update(RandomGenerator chance) {
    if (chance.nextInt(10) == 0) {
      return new DecodedUpdate(new NlriList(), List.of(), Optional.of(family(chance)));
    }
    var routes = new RandomRoutes(chance);
    boolean ids = chance.nextInt(3) == 0;
    var announced = new ArrayList<Announcement>();
    int announcements = chance.nextInt(3);
    for (int i = 0; i < announcements; i++) {
      Family family = family(chance);
      announced.add(
          new Announcement(family, routes.attributes(family), nlri(routes, family, ids, chance)));
    }
    NlriList withdrawn = nlri(routes, family(chance), ids, chance);
    withdrawn.addAll(nlri(routes, family(chance), ids, chance));
    var update = new DecodedUpdate(withdrawn, announced, Optional.empty());
    var fault = new Fault.Discard(chance.nextInt(256), Fault.Cause.VALUE, 1);
    return chance.nextInt(4) == 0
        ? update.with(List.of(fault), Octets.of((byte) chance.nextInt()))
        : update;
  }

  private static NlriList nlri(
      RandomRoutes routes, Family family, boolean ids, RandomGenerator chance) {
    var out = new NlriList();
    routes
        .prefixes(family, chance.nextInt(1, 300))
        .forEach(prefix -> out.add(prefix, ids ? chance.nextInt() : 0));
    return out;
  }

  private static Family family(RandomGenerator chance) {
    return chance.nextBoolean() ? Family.IPV4 : Family.IPV6;
  }
}
