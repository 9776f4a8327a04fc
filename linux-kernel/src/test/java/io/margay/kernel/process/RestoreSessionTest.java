package io.margay.kernel.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.kernel.netfilter.Xtables;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.RestoreSession.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RestoreSessionTest {
  private static final Outcome TAKEN = new Outcome.Taken();

  @ParameterizedTest
  @EnumSource(Backend.class)
  void oneProcessTakesManyTransactionsAndSeesWhatOthersDid(Backend backend) {
    try (var netns = TestNetns.create()) {
      var tables = tables(backend, netns);
      try (var session = tables.restore()) {
        assertThat(
                session.apply("*filter\n:cali-A - -\n:cali-B - -\n-A cali-A -j cali-B\nCOMMIT\n"))
            .isEqualTo(TAKEN);
        OptionalLong pid = session.pid();
        run(netns, "iptables-" + backend, "-A", "cali-B", "-j", "ACCEPT");
        run(netns, "iptables-" + backend, "-N", "other");
        assertThat(session.apply("*filter\n:cali-B - -\n-A cali-B -j DROP\nCOMMIT\n"))
            .isEqualTo(TAKEN);
        assertThat(session.apply("*filter\n:cali-A - -\n-X cali-A\nCOMMIT\n")).isEqualTo(TAKEN);
        assertThat(session.pid()).isEqualTo(pid);
        assertThat(tables.save())
            .contains("-A cali-B -j DROP", ":other")
            .doesNotContain("cali-A", "ACCEPT\n-A");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aBadLineIsNamedEvenAfterOtherTransactionsAndNothingOfItIsThere(Backend backend) {
    try (var netns = TestNetns.create()) {
      var tables = tables(backend, netns);
      try (var session = tables.restore()) {
        assertThat(session.apply("*filter\n:cali-A - -\nCOMMIT\n")).isEqualTo(TAKEN);
        Outcome outcome =
            session.apply(
                """
                *filter
                :cali-A - -
                -A cali-A -j DROP
                -A cali-A -m set --match-set none src -j DROP
                COMMIT
                """);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        var refused = (Outcome.Refused) outcome;
        assertThat(refused.said()).contains("none");
        assertThat(refused.line()).hasValue(4);
        assertThat(tables.save()).contains(":cali-A").doesNotContain("DROP");
        assertThat(session.apply("*filter\n:cali-A - -\n-A cali-A -j DROP\nCOMMIT\n"))
            .isEqualTo(TAKEN);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aTransactionLargerThanAPipeIsTaken(Backend backend) {
    try (var netns = TestNetns.create();
        var session = tables(backend, netns).restore()) {
      var text = new StringBuilder("*filter\n");
      for (int i = 0; i < 3000; i++) {
        text.append(":cali-").append(i).append(" - -\n");
      }
      for (int i = 0; i < 3000; i++) {
        text.append("-A cali-")
            .append(i)
            .append(" -m comment --comment \"a longer one\" -j DROP\n");
      }
      String all = text.append("COMMIT\n").toString();
      assertThat(session.apply(all)).isEqualTo(TAKEN);
      assertThat(session.apply(all)).isEqualTo(TAKEN);
    }
  }

  @Test
  void aProcessThatDoesNotAnswerIsEndedAtTheLimit() {
    try (var session = new RestoreSession(Program.of("sleep", "600"), Duration.ofMillis(200))) {
      assertThat(session.apply("x".repeat(1 << 20)))
          .isInstanceOfSatisfying(
              Outcome.Refused.class,
              refused -> assertThat(refused.said()).contains("no receipt after 200 ms"));
      assertThat(session.pid()).isEmpty();
    }
  }

  @Test
  void aProcessThatEndsIsStartedAgain() {
    try (var session = new RestoreSession(Program.of("false"), Duration.ofSeconds(20))) {
      assertThat(session.apply("*filter\nCOMMIT\n")).isInstanceOf(Outcome.Refused.class);
      assertThat(session.apply("*filter\nCOMMIT\n")).isInstanceOf(Outcome.Refused.class);
    }
  }

  private static Xtables tables(Backend backend, TestNetns netns) {
    return new Xtables(backend, Family.IPV4, List.of("nsenter", "--net=" + netns.path()));
  }

  private static void run(TestNetns netns, String... arguments) {
    var argv = new ArrayList<>(List.of("nsenter", "--net=" + netns.path()));
    argv.addAll(List.of(arguments));
    Program.run(argv, Optional.empty(), Duration.ofSeconds(20)).orThrow();
  }
}
