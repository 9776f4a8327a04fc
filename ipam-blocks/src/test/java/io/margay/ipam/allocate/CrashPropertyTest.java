package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.BlockFaults;
import io.margay.ipam.block.HandleId;
import io.margay.ipam.block.Occupancy;
import io.margay.ipam.claim.Abandonment;
import io.margay.ipam.claim.Claim;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.Interleaving;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Several nodes, several processes on each, one request at a time in random order; any may be
 * killed at any request, before it happens or after. A failing seed is replayed by putting it into
 * {@link #seeds}.
 */
class CrashPropertyTest {
  private static final List<String> NODES = List.of("node-a", "node-b", "node-c");

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 150);
  }

  private final Cluster cluster = new Cluster().pool("tiny", "10.0.0.0/27", 30);
  private final Map<Ip, String> holders = new HashMap<>();

  @ParameterizedTest
  @MethodSource("seeds")
  void noAddressHasTwoHoldersAndAllCanBeReleased(long seed) {
    run(seed, 0.01);
    holders.forEach((ip, handle) ->
        assertThat(block(ip).attributesOf(block(ip).ordinal(ip).orElseThrow()))
            .as("seed %d: %s was given to %s", seed, ip, handle)
            .hasValueSatisfying(a -> assertThat(a.handleId()).hasValue(handle)));
    Allocator last = cluster.restarted("node-a");
    for (Handle handle : cluster.store.storedHandles()) {
      last.releaseHandle(handle.id());
    }
    assertThat(cluster.store.storedHandles()).as("seed %d", seed).isEmpty();
    assertThat(cluster.store.storedBlocks())
        .as("seed %d", seed)
        .allMatch(b -> Occupancy.isEmpty(b) && BlockFaults.of(b).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void affinitiesAndBlocksAgreeInTheEnd(long seed) {
    run(seed, 0.02);
    for (Affinity affinity : List.copyOf(cluster.store.storedAffinities())) {
      load(affinity.key());
    }
    for (Block block : List.copyOf(cluster.store.storedBlocks())) {
      block.affinity().ifPresent(o -> runner().claim(new Claim(o, block.cidr(), cluster.now())));
    }
    var affinities = new TreeSet<String>();
    for (Affinity affinity : cluster.store.storedAffinities()) {
      assertThat(affinity.state()).as("seed %d", seed).isEqualTo(Affinity.State.CONFIRMED);
      affinities.add(affinity.key().owner() + " " + affinity.key().cidr());
    }
    var blocks = new TreeSet<String>();
    cluster
        .store
        .storedBlocks()
        .forEach(b -> b.affinity().ifPresent(o -> blocks.add(o + " " + b.cidr())));
    assertThat(affinities).as("seed %d", seed).isEqualTo(blocks);
  }

  private void run(long seed, double crashes) {
    var random = new Random(seed);
    var interleaving = new Interleaving(random, crashes).check(() -> checkInvariants(seed));
    cluster.store.fault(interleaving);
    var processes = new ArrayList<Runnable>();
    for (String node : NODES) {
      for (int i = 0; i < 2; i++) {
        processes.add(process(node, node + "-" + i, random.nextLong()));
      }
    }
    interleaving.run(processes);
    cluster.store.fault(InMemoryBlockStore.Fault.NONE);
  }

  /** A process that assigns, releases, gives blocks up and lets time pass. */
  private Runnable process(String node, String name, long seed) {
    return () -> {
      var random = new Random(seed);
      Allocator allocator = cluster.restarted(node);
      var held = new ArrayList<String>();
      for (int i = 0; i < 12; i++) {
        String handle = name + "-" + i;
        switch (random.nextInt(6)) {
          case 0, 1, 2 -> {
            if (allocator.assign(Cluster.request(node, handle))
                instanceof AssignResult.Assigned assigned) {
              assertThat(holders.put(assigned.ip(), handle)).as(assigned.toString()).isNull();
              held.add(handle);
            }
          }
          case 3, 4 -> {
            if (!held.isEmpty()) {
              String mine = held.remove(random.nextInt(held.size()));
              // From here on anybody may get the address.
              holders.values().remove(mine);
              assertThat(allocator.releaseHandle(mine)).isInstanceOf(ReleaseResult.Released.class);
            }
          }
          default -> {
            cluster.pass(Duration.ofSeconds(31));
            giveUpABlock(node, random);
          }
        }
      }
    };
  }

  private void giveUpABlock(String node, Random random) {
    List<Affinity> own =
        cluster.store.storedAffinities().stream()
            .filter(a -> a.key().owner().name().equals(node))
            .toList();
    if (!own.isEmpty()) {
      Affinity.Key key = own.get(random.nextInt(own.size())).key();
      runner()
          .abandon(
              new Abandonment(key.owner(), key.cidr(), random.nextBoolean(), OptionalLong.empty()));
    }
  }

  /** What must be true between any two requests. */
  private void checkInvariants(long seed) {
    var counts = new HashMap<String, Map<Prefix, Integer>>();
    for (Handle handle : cluster.store.storedHandles()) {
      if (!handle.deleted()) {
        counts.put(handle.id(), handle.blocks());
      }
    }
    for (Block block : cluster.store.storedBlocks()) {
      assertThat(BlockFaults.of(block)).as("seed %d, %s", seed, block.cidr()).isEmpty();
      var used = new HashMap<String, Integer>();
      for (Ip ip : Occupancy.inUse(block)) {
        var attributes = block.attributesOf(block.ordinal(ip).orElseThrow()).orElseThrow();
        used.merge(HandleId.clean(attributes.handleId().orElseThrow()), 1, Integer::sum);
      }
      used.forEach((handle, count) ->
          assertThat(counts.getOrDefault(handle, Map.of()).getOrDefault(block.cidr(), 0))
              .as("seed %d: handle %s counts less than block %s has", seed, handle, block.cidr())
              .isGreaterThanOrEqualTo(count));
    }
    for (Affinity affinity : cluster.store.storedAffinities()) {
      if (affinity.state() == Affinity.State.CONFIRMED && !affinity.deleted()) {
        assertThat(cluster.store.storedBlocks())
            .as("seed %d: %s is confirmed", seed, affinity.key())
            .anyMatch(b ->
                b.cidr().equals(affinity.key().cidr())
                    && b.affinity().filter(affinity.key().owner()::equals).isPresent());
      }
    }
  }

  private Block block(Ip ip) {
    return cluster.store.storedBlocks().stream()
        .filter(b -> b.cidr().contains(ip))
        .findFirst()
        .orElseThrow();
  }

  private void load(Affinity.Key key) {
    affinities()
        .get(key)
        .ifPresent(
            stored -> runner().load(new Claim(key.owner(), key.cidr(), cluster.now()), stored));
  }

  private TwoPhase<Affinity.Key, Affinity> affinities() {
    return new TwoPhase<>(cluster.store.affinities(), Affinity::key);
  }

  private ClaimRunner runner() {
    return new ClaimRunner(new TwoPhase<>(cluster.store.blocks(), Block::cidr), affinities());
  }
}
