package io.margay.kube.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Json;
import io.margay.kube.types.Kind;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.PodKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ImageBuilderTest {
  private final ImageBuilder builder = new ImageBuilder();

  private static ImageEvent seen(Kind kind, String name, String spec) {
    Map<String, Object> object =
        Json.object("{\"metadata\": {\"name\": \"" + name + "\"}, \"spec\": " + spec + "}")
            .orElseThrow();
    return new ImageEvent.Seen(kind, ObjectKey.cluster(name), object);
  }

  private static ImageEvent pool(String name, String cidr) {
    return seen(Kind.IP_POOL, name, "{\"cidr\": \"" + cidr + "\"}");
  }

  private static ImageEvent gone(Kind kind, String name) {
    return new ImageEvent.Gone(kind, ObjectKey.cluster(name));
  }

  @Test
  void burstBecomesOneImageAndOneDelta() {
    var built =
        builder.apply(
            List.of(
                pool("east", "10.0.0.0/16"),
                pool("west", "10.1.0.0/16"),
                seen(Kind.NODE, "a", "{}")));
    assertThat(built.image().version()).isEqualTo(1);
    assertThat(built.image().ipPools()).containsOnlyKeys("east", "west");
    assertThat(built.image().nodes()).containsOnlyKeys(new NodeName("a"));
    assertThat(built.delta().ipPools().get("east"))
        .isEqualTo(new Change.Put<>(Optional.<IpPool>empty(), built.image().ipPools().get("east")));
    assertThat(built.delta().pods()).isEmpty();
  }

  @Test
  void changeTellsWhatStoodBefore() {
    IpPool before =
        builder.apply(List.of(pool("east", "10.0.0.0/16"))).image().ipPools().get("east");
    var built = builder.apply(List.of(pool("east", "10.2.0.0/16")));
    IpPool after = built.image().ipPools().get("east");
    assertThat(after.cidr()).isEqualTo(Prefix.of("10.2.0.0/16"));
    assertThat(built.delta().ipPools())
        .isEqualTo(Map.of("east", new Change.Put<>(Optional.of(before), after)));
    var end = builder.apply(List.of(gone(Kind.IP_POOL, "east")));
    assertThat(end.delta().ipPools()).isEqualTo(Map.of("east", new Change.Removed<>(after)));
    assertThat(end.image().ipPools()).isEmpty();
  }

  // What no API server stores, a broken one may tell.
  @Test
  void objectWithoutANameIsRefusedAndGoesUnnoticed() {
    for (Kind kind : Kind.watched()) {
      var nameless = new ImageEvent.Seen(kind, ObjectKey.cluster(""), Map.of());
      assertThat(builder.apply(List.of(nameless)).refused()).as("%s", kind).hasSize(1);
      var built = builder.apply(List.of(gone(kind, ""), pool("east", "10.0.0.0/16")));
      assertThat(built.image().ipPools()).as("%s", kind).containsOnlyKeys("east");
    }
  }

  @Test
  void newsThatChangeNothingThatWeReadMakeNoVersion() {
    builder.apply(List.of(seen(Kind.NODE, "a", "{}")));
    ImageEvent heartbeat =
        new ImageEvent.Seen(
            Kind.NODE,
            ObjectKey.cluster("a"),
            Json.object(
                    "{\"metadata\": {\"name\": \"a\", \"resourceVersion\": \"9\"}, \"status\": {\"conditions\": []}}")
                .orElseThrow());
    var built = builder.apply(List.of(heartbeat));
    assertThat(built.delta().isEmpty()).isTrue();
    assertThat(built.image().version()).isEqualTo(1);
  }

  @Test
  void objectThatCameAndWentInOneBurstWasNeverThere() {
    var built = builder.apply(List.of(pool("east", "10.0.0.0/16"), gone(Kind.IP_POOL, "east")));
    assertThat(built.delta().isEmpty()).isTrue();
  }

  @Test
  void brokenObjectLeavesTheLastGoodOne() {
    builder.apply(List.of(pool("east", "10.0.0.0/16")));
    var built = builder.apply(List.of(pool("east", "10.0.0.0/33")));
    assertThat(built.image().ipPools().get("east").cidr()).isEqualTo(Prefix.of("10.0.0.0/16"));
    assertThat(built.refused())
        .singleElement()
        .hasToString(
            "IPPool \"east\": spec.cidr is \"10.0.0.0/33\"; expected a CIDR such as 10.0.0.0/16. "
                + "The last valid one stays in use.");
  }

  @Test
  void brokenObjectThatNeverWasGoodIsLeftOut() {
    var built = builder.apply(List.of(pool("east", "nowhere"), pool("west", "10.1.0.0/16")));
    assertThat(built.image().ipPools()).containsOnlyKeys("west");
    assertThat(built.refused()).singleElement().asString().endsWith("The IPPool is ignored.");
  }

  @Test
  void brokenObjectAfterAGoodOneInTheSameBurstKeepsIt() {
    var built = builder.apply(List.of(pool("east", "10.0.0.0/16"), pool("east", "nowhere")));
    assertThat(built.image().ipPools()).containsOnlyKeys("east");
    assertThat(built.refused().get(0).lastGoodKept()).isTrue();
  }

  @Test
  void brokenObjectIsToldOnceUntilItsFaultsChange() {
    var broken = List.of(pool("east", "nowhere"));
    assertThat(builder.apply(broken).refused()).hasSize(1);
    assertThat(builder.apply(broken).refused()).as("the same again").isEmpty();
    assertThat(builder.apply(List.of(pool("east", "elsewhere"))).refused()).hasSize(1);
    builder.apply(List.of(pool("east", "10.0.0.0/16")));
    assertThat(builder.apply(broken).refused()).as("mended between").hasSize(1);
    builder.apply(List.of(gone(Kind.IP_POOL, "east")));
    assertThat(builder.apply(broken).refused()).as("made anew").hasSize(1);
  }

  @Test
  void objectWithoutANameIsRefused() {
    var nameless =
        new ImageEvent.Seen(Kind.NODE, ObjectKey.cluster(""), Map.of("metadata", Map.of()));
    var built = builder.apply(List.of(nameless));
    assertThat(built.image().nodes()).isEmpty();
    assertThat(built.refused()).hasSize(1);
  }

  @Test
  void namespacedObjectsGoByBothNames() {
    Map<String, Object> pod =
        Json.object("{\"metadata\": {\"namespace\": \"shop\", \"name\": \"web\"}}").orElseThrow();
    var built =
        builder.apply(List.of(new ImageEvent.Seen(Kind.POD, new ObjectKey("shop", "web"), pod)));
    assertThat(built.image().pods()).containsOnlyKeys(new PodKey("shop", "web"));
  }

  @Test
  void syncedKindsAreRemembered() {
    builder.apply(List.of(new ImageEvent.Synced(Kind.POD)));
    assertThat(builder.synced()).containsExactly(Kind.POD);
  }

  @Test
  void whatIsRememberedStandsInUntilTheWatchHasToldAll() {
    ClusterImage remembered =
        new ImageBuilder()
            .apply(List.of(pool("east", "10.0.0.0/16"), pool("west", "10.1.0.0/16")))
            .image();
    var started = builder.apply(List.of(new ImageEvent.Remembered(remembered)));
    assertThat(started.image().ipPools()).isEqualTo(remembered.ipPools());
    assertThat(started.delta().ipPools()).containsOnlyKeys("east", "west");
    var seen = builder.apply(List.of(pool("east", "10.0.0.0/16"), pool("south", "10.2.0.0/16")));
    assertThat(seen.image().ipPools()).containsOnlyKeys("east", "west", "south");
    var synced = builder.apply(List.of(new ImageEvent.Synced(Kind.IP_POOL)));
    assertThat(synced.image().ipPools()).containsOnlyKeys("east", "south");
    assertThat(synced.delta().ipPools()).containsOnlyKeys("west");
  }

  @Test
  void whatTheWatchToldIsNewerThanWhatIsRemembered() {
    ClusterImage remembered =
        new ImageBuilder()
            .apply(List.of(pool("east", "10.9.0.0/16"), seen(Kind.NODE, "a", "{}")))
            .image();
    builder.apply(List.of(pool("east", "10.0.0.0/16"), new ImageEvent.Synced(Kind.NODE)));
    var built = builder.apply(List.of(new ImageEvent.Remembered(remembered)));
    assertThat(built.image().ipPools().get("east").cidr()).isEqualTo(Prefix.of("10.0.0.0/16"));
    assertThat(built.image().nodes()).isEmpty();
    assertThat(builder.apply(List.of(new ImageEvent.Synced(Kind.IP_POOL))).image().ipPools())
        .containsOnlyKeys("east");
  }

  @Test
  void rememberedObjectThatIsGoneIsGone() {
    ClusterImage remembered =
        new ImageBuilder().apply(List.of(pool("east", "10.0.0.0/16"))).image();
    builder.apply(List.of(new ImageEvent.Remembered(remembered)));
    assertThat(builder.apply(List.of(gone(Kind.IP_POOL, "east"))).image().ipPools()).isEmpty();
    assertThat(builder.apply(List.of(new ImageEvent.Synced(Kind.IP_POOL))).delta().isEmpty())
        .isTrue();
  }

  @Test
  void nothingIsRememberedOfAKindThatTheServerDoesNotKnow() {
    ClusterImage remembered =
        new ImageBuilder().apply(List.of(seen(Kind.BGP_FILTER, "f", "{}"))).image();
    assertThat(remembered.bgpFilters()).hasSize(1);
    builder.apply(List.of(new ImageEvent.Remembered(remembered)));
    var built = builder.apply(List.of(new ImageEvent.Unserved(Kind.BGP_FILTER)));
    assertThat(built.image().bgpFilters()).isEmpty();
    assertThat(builder.synced()).isEmpty();
  }
}
