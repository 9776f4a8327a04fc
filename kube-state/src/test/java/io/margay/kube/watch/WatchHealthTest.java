package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.types.Kind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WatchHealthTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Set<Kind> ALL = Kind.watched();

  private final WatchHealth health = new WatchHealth();

  private static Set<Kind> allBut(Kind kind) {
    var others = EnumSet.copyOf(ALL);
    others.remove(kind);
    return others;
  }

  @Test
  void serverThatIsAwayIsToldOnceThenEveryMinuteThenWhenItIsBack() {
    int lines = 0;
    for (int second = 0; second < 150; second++) {
      for (Kind kind : ALL) {
        health.failed(kind, 0, "Connection refused", second * SECOND);
      }
      health.observed(Set.of(), second * SECOND);
      lines += health.take().size();
    }
    assertThat(lines).isEqualTo(3); // at 3 s, 63 s and 123 s
    health.observed(ALL, 150 * SECOND);
    assertThat(health.take())
        .containsExactly(new WatchHealth.News.Recovered(Duration.ofSeconds(150)));
  }

  @Test
  void newsNameTheKindsAndTheError() {
    health.failed(Kind.POD, 403, "pods is forbidden", 0);
    health.observed(allBut(Kind.POD), 0);
    health.observed(allBut(Kind.POD), 4 * SECOND);
    assertThat(health.take())
        .containsExactly(new WatchHealth.News.Failing(EnumSet.of(Kind.POD), "pods is forbidden"));
    assertThat(health.stale(4 * SECOND)).containsExactly(Kind.POD);
  }

  @Test
  void watchThatEndsWithoutAWordIsAskedAfterOnceAMinuteAndToldWithTheAnswer() {
    health.observed(allBut(Kind.POD), 0);
    assertThat(health.toAsk(2 * SECOND)).isEmpty();
    health.observed(allBut(Kind.POD), 3 * SECOND);
    assertThat(health.toAsk(3 * SECOND)).containsExactly(Kind.POD);
    assertThat(health.toAsk(4 * SECOND)).as("asked already").isEmpty();
    assertThat(health.take()).as("the answer is waited for").isEmpty();
    health.failed(Kind.POD, 500, "500 boom", 5 * SECOND);
    health.observed(allBut(Kind.POD), 5 * SECOND);
    assertThat(health.take())
        .containsExactly(new WatchHealth.News.Failing(EnumSet.of(Kind.POD), "500 boom"));
    assertThat(health.toAsk(64 * SECOND)).isEmpty();
    assertThat(health.toAsk(65 * SECOND)).containsExactly(Kind.POD);
  }

  @Test
  void serverThatAnswersNothingIsToldEvenSo() {
    health.observed(Set.of(), 0);
    health.observed(Set.of(), 19 * SECOND);
    assertThat(health.take()).isEmpty();
    health.observed(Set.of(), 20 * SECOND);
    assertThat(health.take()).containsExactly(new WatchHealth.News.Failing(ALL, "the watch ended"));
  }

  @Test
  void definitionThatIsDeletedUnderAWatchIsMissingAndNotDown() {
    health.observed(ALL, 0);
    health.observed(allBut(Kind.IP_POOL), 10 * SECOND);
    health.observed(allBut(Kind.IP_POOL), 13 * SECOND);
    assertThat(health.toAsk(13 * SECOND)).containsExactly(Kind.IP_POOL);
    health.failed(Kind.IP_POOL, 404, "not found", 14 * SECOND);
    health.observed(allBut(Kind.IP_POOL), 14 * SECOND);
    assertThat(health.take()).containsExactly(new WatchHealth.News.Missing(Kind.IP_POOL));
    assertThat(health.stale(60 * SECOND)).isEmpty();
    health.observed(ALL, 60 * SECOND);
    assertThat(health.take()).containsExactly(new WatchHealth.News.Found(Kind.IP_POOL));
  }

  @Test
  void watchThatComesBackSoonIsNoNews() {
    health.observed(ALL, 0);
    health.observed(allBut(Kind.POD), SECOND);
    health.observed(ALL, 2 * SECOND);
    assertThat(health.take()).isEmpty();
    assertThat(health.stale(2 * SECOND)).isEmpty();
  }

  @Test
  void missingDefinitionIsNamedOnceAndIsNoOutage() {
    for (int second = 0; second < 100; second++) {
      health.failed(Kind.BGP_FILTER, 404, "not found", second * SECOND);
      health.observed(allBut(Kind.BGP_FILTER), second * SECOND);
    }
    assertThat(health.take()).containsExactly(new WatchHealth.News.Missing(Kind.BGP_FILTER));
    assertThat(health.missing()).containsExactly(Kind.BGP_FILTER);
    health.observed(ALL, 100 * SECOND);
    assertThat(health.take()).containsExactly(new WatchHealth.News.Found(Kind.BGP_FILTER));
  }

  @Test
  void imageWithoutAnOptionalKindIsInSync() {
    var sync =
        new SyncState(allBut(Kind.BGP_FILTER), Set.of(), Set.of(Kind.BGP_FILTER), Optional.empty());
    assertThat(sync.isSynced()).isTrue();
    assertThat(
            new SyncState(allBut(Kind.BGP_FILTER), Set.of(), Set.of(), Optional.empty()).isSynced())
        .isFalse();
    var noPools =
        new SyncState(allBut(Kind.IP_POOL), Set.of(), Set.of(Kind.IP_POOL), Optional.empty());
    assertThat(noPools.waitingFor()).containsExactly(Kind.IP_POOL);
  }
}
