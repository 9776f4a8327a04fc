package io.margay.bench.fib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadReportTest {
  @Test
  void theFirstAndTheLastTimeOfAnOperationAreToldApart() {
    LoadReport report = LoadReport.read("add 900\ndelete 5\nadd 300\nadd 400\none 7 9 8\n");
    assertThat(report.first(Operation.ADD).values()).containsExactly(900.0);
    assertThat(report.last(Operation.ADD).values()).containsExactly(400.0);
    assertThat(report.first(Operation.DELETE)).isEqualTo(report.last(Operation.DELETE));
    assertThat(report.last(Operation.ONE).values()).isEqualTo(List.of(7.0, 9.0, 8.0));
  }

  @Test
  void whatALoadDidNotSayIsAnErrorWithItsName() {
    assertThatThrownBy(() -> LoadReport.read("add 1\n").last(Operation.DUMP))
        .hasMessageContaining("\"dump\"");
    assertThatThrownBy(() -> LoadReport.read("sing 1\n")).hasMessageContaining("\"sing\"");
  }
}
