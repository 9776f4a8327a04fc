package io.margay.agent.bgpd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is rehearsed for is that it works: every route everywhere, each time. */
@Timeout(120)
class RehearsalTest {
  /** Addresses of this process alone: what runs beside it must not meet it. */
  private static final String LOOPBACK =
      "127."
          + (1 + ProcessHandle.current().pid() % 250)
          + "."
          + (ProcessHandle.current().pid() / 250 % 250)
          + ".";

  @Test
  void aSmallOneComesToItsEnd() throws Exception {
    var extent = new Rehearsal.Extent(3, 20, 4, 2);
    assertThat(extent.all()).isEqualTo(60);
    new Rehearsal(LOOPBACK, extent).run();
  }
}
