package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AdjRibOutTest {
  private static final Exporter EXPORTER =
      new Exporter(
          new ExportPeer(
              "to",
              64512,
              64512,
              Ip4.of("10.0.0.9"),
              Ip4.of("10.0.0.1"),
              false,
              Set.of(Family.IPV4),
              List.of(Ip.of("10.0.0.1")),
              NextHopMode.AUTO,
              ExportPolicy.ACCEPT));
  private static final Prefix ONE = Prefix.of("10.1.0.0/26");
  private static final Prefix TWO = Prefix.of("10.1.0.64/26");

  private final InternTable<Attributes> attributes = new InternTable<>();
  private final AdjRibOut out = new AdjRibOut(attributes);
  private final Map<Prefix, BestRoute> chosen = new HashMap<>();

  private void choose(Prefix prefix, long med) {
    Attributes content = Attributes.LOCAL.toBuilder().med(med).build();
    chosen.put(
        prefix,
        new BestRoute(
            prefix,
            new RouteSource.Local(LocalRoute.of(prefix, LocalRoute.Kind.BLOCK)),
            content,
            List.of(),
            Optional.empty(),
            SelectionReason.ONLY_PATH));
    out.mark(prefix);
  }

  private void drop(Prefix prefix) {
    chosen.remove(prefix);
    out.mark(prefix);
  }

  private UpdateBatch take() {
    return out.take(1000, p -> Optional.ofNullable(chosen.get(p)), EXPORTER);
  }

  @Test
  void equalAttributesGoTogether() {
    choose(ONE, 1);
    choose(TWO, 1);
    UpdateBatch batch = take();
    assertThat(batch.announced()).hasSize(1);
    assertThat(batch.announced().getFirst().prefixes()).containsExactly(ONE, TWO);
    assertThat(attributes.size()).isEqualTo(1);
  }

  @Test
  void onlyTheNewestStateIsSent() {
    choose(ONE, 1);
    choose(ONE, 2);
    drop(TWO);
    assertThat(take().announced()).hasSize(1);
    drop(ONE);
    choose(ONE, 2);
    assertThat(take().isEmpty()).as("gone and back is nothing").isTrue();
    drop(ONE);
    assertThat(take().withdrawn()).containsExactly(ONE);
  }

  @Test
  void endOfRibComesBehindTheTable() {
    choose(ONE, 1);
    choose(TWO, 2);
    out.endOfRibAfterwards(Set.of(Family.IPV4));
    UpdateBatch first = out.take(1, p -> Optional.ofNullable(chosen.get(p)), EXPORTER);
    assertThat(first.endOfRib()).isEmpty();
    assertThat(out.hasWork()).isTrue();
    assertThat(take().endOfRib()).containsExactly(Family.IPV4);
    assertThat(out.hasWork()).isFalse();
  }

  // RFC 2918, 4
  @Test
  void everythingIsSentAgainWhenAskedFor() {
    choose(ONE, 1);
    choose(TWO, 1);
    take();
    chosen.remove(TWO);
    out.sendAgain(chosen.keySet());
    UpdateBatch again = take();
    assertThat(again.announced().getFirst().prefixes()).containsExactly(ONE);
    assertThat(again.withdrawn()).containsExactly(TWO);
  }

  @Test
  void nothingIsHeldForAPeerThatIsGone() {
    choose(ONE, 1);
    take();
    out.clear();
    assertThat(attributes.size()).isZero();
    assertThat(out.size()).isZero();
  }

  /** Whatever is taken when: the peer ends up with what is chosen. */
  @Test
  void thePeerFollows() {
    for (long seed = 0; seed < 100; seed++) {
      var chance = new Random(seed);
      var peer = new HashMap<Prefix, Attributes>();
      chosen.keySet().forEach(out::mark);
      chosen.clear();
      out.clear();
      for (int i = 0; i < 200; i++) {
        Prefix prefix = Prefix.containing(new Ip4(0x0a010000 + chance.nextInt(10) * 64), 26);
        if (chance.nextInt(3) == 0) {
          drop(prefix);
        } else {
          choose(prefix, chance.nextInt(3));
        }
        if (chance.nextInt(4) == 0) {
          int limit = 1 + chance.nextInt(5);
          apply(peer, out.take(limit, p -> Optional.ofNullable(chosen.get(p)), EXPORTER), seed);
        }
      }
      apply(peer, take(), seed);
      assertThat(peer.keySet()).as("seed %d", seed).isEqualTo(chosen.keySet());
      peer.forEach(
          (prefix, got) -> assertThat(got.med()).isEqualTo(chosen.get(prefix).attributes().med()));
    }
  }

  private static void apply(Map<Prefix, Attributes> peer, UpdateBatch batch, long seed) {
    for (Prefix prefix : batch.withdrawn()) {
      assertThat(peer.remove(prefix)).as("seed %d: only what it knows", seed).isNotNull();
    }
    for (Announcement announcement : batch.announced()) {
      for (Prefix prefix : announcement.prefixes()) {
        Attributes before = peer.put(prefix, announcement.attributes());
        assertThat(before).as("seed %d: only news", seed).isNotEqualTo(announcement.attributes());
      }
    }
  }
}
