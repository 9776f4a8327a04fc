package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpPool.Encapsulation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pool's mode is changed under traffic: whatever the order in which nodes hear of it and act, no
 * node of ours sends what the receiver does not take. Nodes of ours and of Calico's mixed.
 */
class ModeChangeTest {
  private static final List<IpPool> MODES =
      List.of(
          pool(Encapsulation.NEVER, Encapsulation.NEVER),
          pool(Encapsulation.CROSS_SUBNET, Encapsulation.NEVER),
          pool(Encapsulation.ALWAYS, Encapsulation.NEVER),
          pool(Encapsulation.NEVER, Encapsulation.CROSS_SUBNET),
          pool(Encapsulation.NEVER, Encapsulation.ALWAYS));

  private static final List<IpPool> MODES_AND_UDP =
      Stream.concat(
              MODES.stream(),
              Stream.of(
                  udp(Encapsulation.ALWAYS, Encapsulation.NEVER),
                  udp(Encapsulation.CROSS_SUBNET, Encapsulation.NEVER),
                  udp(Encapsulation.NEVER, Encapsulation.ALWAYS)))
          .toList();

  private static IpPool pool(Encapsulation ipip, Encapsulation vxlan) {
    return Images.pool("10.244.0.0/16", ipip, vxlan);
  }

  private static IpPool udp(Encapsulation ipip, Encapsulation vxlan) {
    return Images.pool("10.244.0.0/16", ipip, vxlan, "udp");
  }

  /**
   * The last three found that an address which is being given back while its pool's mode comes back
   * was announced once more.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 488, 893, 1296})
  void nothingIsSentThatTheReceiverDoesNotTake(long seed) {
    change(seed, MODES);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void norWhereUdpComesAndGoes(long seed) {
    change(seed, MODES_AND_UDP);
  }

  @Test
  @Tag("long")
  void norByAnyOfManySeeds() {
    for (long seed = 1; seed <= 2000; seed++) {
      change(seed, MODES);
      change(seed, MODES_AND_UDP);
    }
  }

  private static void change(long seed, List<IpPool> modes) {
    var random = new Random(seed);
    var cluster = new SimulatedCluster(modes.get(random.nextInt(modes.size())));
    cluster.settle(random);
    for (int change = 0; change < 6; change++) {
      cluster.change(modes.get(random.nextInt(modes.size())));
      int steps = 20 + random.nextInt(400);
      for (int step = 0; step < steps; step++) {
        cluster.step(random);
        assertThat(cluster.lost()).as("seed %d, change %d, step %d", seed, change, step).isEmpty();
      }
    }
    cluster.settle(random);
    assertThat(cluster.lost()).as("seed %d, at the end", seed).isEmpty();
    assertThat(cluster.unsettled()).as("seed %d, at the end", seed).isEmpty();
  }

  @Test
  void oldEndsGoOnceNobodyUsesThem() {
    var random = new Random(7);
    var cluster = new SimulatedCluster(MODES.get(2));
    cluster.settle(random);
    assertThat(cluster.ends()).containsOnly("ipip");
    cluster.change(MODES.get(4));
    cluster.settle(random);
    assertThat(cluster.ends()).containsOnly("vxlan");
    cluster.change(MODES_AND_UDP.get(5));
    cluster.settle(random);
    assertThat(cluster.ends()).containsOnly("ipip,udp");
    cluster.change(MODES.get(0));
    cluster.settle(random);
    assertThat(cluster.ends()).containsOnly("");
  }

  /** The seeded order of things, for its own sake: all nodes get their turn. */
  static <T> List<T> shuffled(List<T> all, Random random) {
    var copy = new ArrayList<>(all);
    Collections.shuffle(copy, random);
    return copy;
  }
}
