package io.margay.kube.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The delta is the fast way, never another truth: any history ends in the image of its end. */
class DeltaLawTest {
  private record Slot(Kind kind, ObjectKey key) {}

  /** A cluster that changes at random; every kind of the image, few names, so that they recur. */
  private static final class RandomCluster {
    private final RandomGenerator random;
    private final List<Kind> kinds = List.copyOf(Kind.watched());
    private final Map<Slot, ImageEvent> end = new LinkedHashMap<>();

    RandomCluster(long seed) {
      this.random = new SplittableRandom(seed);
    }

    ImageEvent step() {
      Kind kind = kinds.get(random.nextInt(kinds.size()));
      String namespace = kind.isNamespaced() ? "ns" + random.nextInt(2) : "";
      var key = new ObjectKey(namespace, "n" + random.nextInt(4));
      ImageEvent event =
          random.nextInt(3) == 0
              ? new ImageEvent.Gone(kind, key)
              : new ImageEvent.Seen(kind, key, object(kind, key));
      end.put(new Slot(kind, key), event);
      return event;
    }

    private Map<String, Object> object(Kind kind, ObjectKey key) {
      int variant = random.nextInt(3);
      var spec = new LinkedHashMap<String, Object>();
      spec.put("cidr", "10." + variant + ".0.0/26");
      if (kind != Kind.BGP_PEER) {
        spec.put("node", "node" + variant);
      }
      spec.put("peerIP", "10.0.0." + variant);
      return Map.of(
          "metadata",
          Map.of(
              "name",
              key.name(),
              "namespace",
              key.namespace(),
              "labels",
              Map.of("v", "" + variant)),
          "spec",
          spec);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void squashedDeltasMakeTheRebuiltImage(long seed) {
    var cluster = new RandomCluster(seed);
    var builder = new ImageBuilder();
    var doubled = new ImageBuilder();
    ClusterDelta squashed = ClusterDelta.NONE;
    ClusterImage last = ClusterImage.EMPTY;
    for (int burst = 0; burst < 60; burst++) {
      var events = new ArrayList<ImageEvent>();
      for (int i = 0; i <= cluster.random.nextInt(5); i++) {
        events.add(cluster.step());
      }
      var built = builder.apply(events);
      assertThat(built.refused()).as("seed %d", seed).isEmpty();
      squashed = squashed.then(built.delta());
      last = built.image();
      events.forEach(event -> doubled.apply(List.of(event, event)));
    }
    var rebuilt = new ImageBuilder().apply(List.copyOf(cluster.end.values())).image();
    assertThat(last.nodes()).as("seed %d", seed).isNotEmpty();
    assertThat(content(last)).as("rebuilt, seed %d", seed).isEqualTo(content(rebuilt));
    assertThat(content(ClusterImage.EMPTY.apply(squashed)))
        .as("squashed, seed %d", seed)
        .isEqualTo(content(rebuilt));
    assertThat(content(doubled.apply(List.of()).image()))
        .as("doubled, seed %d", seed)
        .isEqualTo(content(rebuilt));
    assertThat(squashed).as("seed %d", seed).isEqualTo(ClusterDelta.from(last));
  }

  /** The image without its version, which counts bursts. */
  private static ClusterImage content(ClusterImage image) {
    return new ClusterImage(
        0,
        image.nodes(),
        image.namespaces(),
        image.pods(),
        image.serviceAccounts(),
        image.networkPolicies(),
        image.ipPools(),
        image.ipamBlocks(),
        image.blockAffinities(),
        image.bgpConfigurations(),
        image.bgpPeers(),
        image.bgpFilters(),
        image.clusterInformations(),
        image.felixConfigurations());
  }
}
