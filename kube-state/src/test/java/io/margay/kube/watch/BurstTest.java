package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.image.ImageBuilder;
import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A fault of ours costs the event that brings it out, and no other. */
class BurstTest {
  private static ImageEvent pool(String name, String cidr) {
    return new ImageEvent.Seen(
        Kind.IP_POOL,
        ObjectKey.cluster(name),
        Map.of("metadata", Map.of("name", name), "spec", Map.of("cidr", cidr)));
  }

  @Test
  void theRestOfABurstIsBuilt() {
    var builder = new ImageBuilder();
    ClusterWatch.build(builder, List.of(pool("gone", "10.9.0.0/16")));
    // No part of the image: the builder throws.
    var bad = new ImageEvent.Seen(Kind.SECRET, new ObjectKey("shop", "s"), Map.of());
    var built =
        ClusterWatch.build(
            builder,
            List.of(
                pool("east", "10.0.0.0/16"),
                bad,
                pool("broken", "nowhere"),
                new ImageEvent.Gone(Kind.IP_POOL, ObjectKey.cluster("gone")),
                pool("west", "10.1.0.0/16"),
                new ImageEvent.Synced(Kind.IP_POOL)));
    assertThat(built.image().ipPools()).containsOnlyKeys("east", "west");
    assertThat(built.delta().ipPools()).containsOnlyKeys("east", "west", "gone");
    assertThat(built.refused()).hasSize(1);
    assertThat(builder.synced()).containsExactly(Kind.IP_POOL);
  }

  @Test
  void anInformerThatIsBeingStartedDoesNotWatchYet() {
    assertThat(Informer.isWatching(() -> Objects.requireNonNull(null))).isFalse();
    assertThat(Informer.isWatching(() -> true)).isTrue();
  }

  @Test
  void aFaultIsLoggedByWhatItIsAbout() {
    assertThat(pool("east", "10.0.0.0/16").about()).isEqualTo("IPPool \"east\"");
    assertThat(new ImageEvent.Gone(Kind.POD, new ObjectKey("shop", "web")).about())
        .isEqualTo("Pod \"shop/web\"");
    assertThat(new ImageEvent.Unserved(Kind.BGP_FILTER).about()).isEqualTo("BGPFilter");
  }
}
