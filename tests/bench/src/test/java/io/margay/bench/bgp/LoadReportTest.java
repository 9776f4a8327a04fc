package io.margay.bench.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.bench.frame.RunFailed;
import org.junit.jupiter.api.Test;

class LoadReportTest {
  @Test
  void aStepHasABeginningAndAnEnd() {
    LoadReport report = LoadReport.read("announced begin=100 done=350 silence=7 received=19");
    assertThat(report.word()).isEqualTo("announced");
    assertThat(report.took()).isEqualTo(250);
    assertThat(report.value("silence")).isEqualTo(7);
  }

  @Test
  void whatIsSaidMoreThanOnceKeepsItsOrder() {
    assertThat(LoadReport.read("changed time=9 time=7 time=8").all("time"))
        .containsExactly(9L, 7L, 8L);
  }

  @Test
  void aWordAloneIsAReport() {
    assertThat(LoadReport.read("dialling").values()).isEmpty();
  }

  @Test
  void aLoadThatFailsEndsTheRunWithItsReason() {
    assertThatThrownBy(() -> LoadReport.read("failed session 3 ended: NOTIFICATION 6/2"))
        .isInstanceOf(RunFailed.class)
        .hasMessage("session 3 ended: NOTIFICATION 6/2");
  }

  @Test
  void whatIsMissingIsAnErrorWithItsName() {
    assertThatThrownBy(() -> LoadReport.read("opened begin=1").took())
        .hasMessage("\"opened\" without \"done\"");
    assertThatThrownBy(() -> LoadReport.read("opened at last"))
        .hasMessage("the load said \"opened at last\", which is no report");
  }
}
