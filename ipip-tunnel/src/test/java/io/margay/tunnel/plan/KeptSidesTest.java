package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptSidesTest {
  private static final Set<Encap> NONE = Set.of();
  private static final Set<Encap> IPIP = Set.of(Encap.IPIP);
  private static final long START = -5_000_000_000L;

  private final KeptSides sides = new KeptSides();

  private KeptSides.Decision at(long seconds, Set<Encap> asked, Set<Encap> sent, Set<Encap> had) {
    return sides.step(START + Duration.ofSeconds(seconds).toNanos(), asked, sent, had);
  }

  @Test
  void whatPoolsAskForIsKeptAndAnnounced() {
    KeptSides.Decision decision = at(0, IPIP, NONE, NONE);
    assertThat(decision.kept()).isEqualTo(IPIP);
    assertThat(decision.announced()).isEqualTo(IPIP);
    assertThat(decision.next()).isEmpty();
  }

  @Test
  void whatNobodyAsksForAnyMoreIsHushedFirstThenGone() {
    at(0, IPIP, NONE, NONE);
    KeptSides.Decision soon = at(19, NONE, NONE, IPIP);
    assertThat(soon.announced()).isEqualTo(IPIP);
    assertThat(soon.next()).hasValue(START + KeptSides.ANNOUNCED.toNanos());
    KeptSides.Decision later = at(20, NONE, NONE, IPIP);
    assertThat(later.announced()).isEmpty();
    assertThat(later.kept()).isEqualTo(IPIP);
    assertThat(later.next()).hasValue(START + KeptSides.KEPT.toNanos());
    assertThat(at(40, NONE, NONE, NONE).kept()).isEmpty();
  }

  @Test
  void whatOthersSendInIsKept() {
    at(0, IPIP, NONE, NONE);
    assertThat(at(600, NONE, IPIP, IPIP).kept()).isEqualTo(IPIP);
    assertThat(at(619, NONE, NONE, IPIP).announced()).isEqualTo(IPIP);
    assertThat(at(640, NONE, NONE, NONE).kept()).isEmpty();
  }

  @Test
  void afterARestartWhatWasAnnouncedIsKeptForAWhile() {
    assertThat(at(0, NONE, NONE, IPIP).kept()).isEqualTo(IPIP);
    assertThat(at(39, NONE, NONE, NONE).kept()).isEqualTo(IPIP);
    assertThat(at(40, NONE, NONE, NONE).kept()).isEmpty();
  }

  @Test
  void whatIsStillAnnouncedStays() {
    at(0, IPIP, NONE, NONE);
    assertThat(at(100, NONE, NONE, IPIP).kept()).isEqualTo(IPIP);
    assertThat(at(101, NONE, NONE, IPIP).announced()).isEmpty();
    assertThat(at(102, NONE, NONE, NONE).kept()).isEmpty();
  }

  @Test
  void packetsAsTheyAreNeedNoEnd() {
    assertThat(at(0, NONE, Set.of(Encap.DIRECT), Set.of(Encap.DIRECT)).kept()).isEmpty();
  }
}
