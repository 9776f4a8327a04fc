package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.status.NodeReports.Part;
import io.margay.kube.status.NodeReports.Request;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReportTimesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Request EACH_10 = request("a", 10, Part.BGP);
  private static final Request ONCE = request("b", 0, Part.AGENT);

  private final ReportTimes times = new ReportTimes();

  private static Request request(String name, int seconds, Part part) {
    return new Request(name, Set.of(part), Duration.ofSeconds(seconds));
  }

  @Test
  void aNewRequestIsDueAtOnceAndThenByItsPeriod() {
    times.requests(List.of(EACH_10, ONCE));
    assertThat(times.next(0, 30 * SECOND)).isZero();
    assertThat(times.due(0)).containsExactlyInAnyOrder(EACH_10, ONCE);
    times.reported(EACH_10, 0);
    times.reported(ONCE, 0);
    assertThat(times.next(0, 30 * SECOND)).isEqualTo(10 * SECOND);
    assertThat(times.due(10 * SECOND - 1)).isEmpty();
    assertThat(times.due(10 * SECOND)).containsExactly(EACH_10);
    assertThat(times.next(0, 5 * SECOND)).isEqualTo(5 * SECOND);
  }

  @Test
  void whatIsAskedOtherwiseIsDueAndWhatIsGoneIsNot() {
    times.requests(List.of(EACH_10, ONCE));
    times.reported(EACH_10, 0);
    times.reported(ONCE, 0);
    Request other = request("b", 0, Part.ROUTES);
    times.requests(List.of(other));
    assertThat(times.due(20 * SECOND)).containsExactly(other);
    times.reported(EACH_10, 20 * SECOND);
    times.reported(other, 20 * SECOND);
    times.requests(List.of(other));
    assertThat(times.due(90 * SECOND)).isEmpty();
    assertThat(times.next(20 * SECOND, 50 * SECOND)).isEqualTo(50 * SECOND);
  }
}
