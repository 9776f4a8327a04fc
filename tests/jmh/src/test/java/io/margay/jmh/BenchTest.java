package io.margay.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import org.junit.jupiter.api.Test;

/** Each method that is measured does what its name says, with a table that a test has time for. */
class BenchTest {
  private static final int ROUTES = 3000;

  @Test
  void aStreamIsReadWhole() {
    var bench = new DecodeBench();
    assertThat(bench.ip4(new DecodeBench.Ip4Table(ROUTES))).isEqualTo(ROUTES);
    assertThat(bench.ip6(new DecodeBench.Ip6Table(ROUTES))).isEqualTo(ROUTES);
  }

  @Test
  void whatIsWrittenIsAsLongAsWhatIsRead() {
    var sender = new Sender(new Table(Family.IPV4, ROUTES), 1);
    var state = new EncodeBench.Written(ROUTES);
    assertThat(new EncodeBench().announcements(state)).isEqualTo(sender.announcements(1).length);
    assertThat(new EncodeBench().withdrawals(state))
        .isBetween((long) sender.withdrawals().length, sender.withdrawals().length + 100L);
  }

  @Test
  void setsAreNewAndThenKnown() {
    var fresh = new InternBench.Fresh(ROUTES);
    int sets = new InternBench().fresh(fresh);
    assertThat(sets).isGreaterThan(ROUTES / 10);
    fresh.release();
    assertThat(new InternBench().fresh(fresh)).isEqualTo(sets);

    var known = new InternBench.Known(ROUTES);
    assertThat(new InternBench().known(known)).isEqualTo(sets);
    known.release();
    assertThat(new InternBench().known(known)).isEqualTo(sets);
  }

  @Test
  void aTableIsChosenEachTime() {
    var bench = new DecideBench();
    var fresh = new DecideBench.Fresh(ROUTES);
    var emptied = new DecideBench.Emptied(ROUTES);
    var full = new DecideBench.Full(ROUTES);
    for (int call = 0; call < 3; call++) {
      fresh.empty();
      assertThat(bench.fresh(fresh)).isEqualTo(ROUTES);
      emptied.withdraw();
      assertThat(bench.warm(emptied)).isBetween(ROUTES - 1, ROUTES);
      full.announce();
      assertThat(bench.again(full)).isBetween(ROUTES - 1, ROUTES);
      full.announce();
      assertThat(bench.withdraw(full)).isBetween(ROUTES - 1, ROUTES);
    }
  }

  @Test
  void aSecondPeerWinsSomeOfThePrefixes() {
    var rivals = new DecideBench.Rivals(ROUTES);
    for (int call = 0; call < 3; call++) {
      rivals.withdraw();
      assertThat(new DecideBench().second(rivals)).isBetween(ROUTES / 5, ROUTES * 4 / 5);
    }
  }

  @Test
  void aGroupIsToldAllThatChanged() {
    var state = new TellBench.Untold(ROUTES);
    for (int call = 1; call <= 3; call++) {
      state.hear();
      assertThat(new TellBench().announcements(state)).isEqualTo((long) call * ROUTES);
    }
  }

  @Test
  void allThatIsLookedForIsThere() {
    assertThat(new FindBench().prefix(new FindBench.Prefixes(ROUTES))).isEqualTo(ROUTES);
    assertThat(new FindBench().around(new FindBench.Addresses(ROUTES, 100)))
        .isGreaterThanOrEqualTo(100);
  }
}
