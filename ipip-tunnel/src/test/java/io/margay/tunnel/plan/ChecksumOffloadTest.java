package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChecksumOffloadTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          6.18.44-fc-v669    |       | true  | kernel 6.18.44-fc-v669, 5.7 or later
          5.7.0              |       | true  | kernel 5.7.0, 5.7 or later
          5.15.0-100-generic |       | true  | kernel 5.15.0-100-generic, 5.7 or later
          5.6.19             |       | false | kernel 5.6.19, before 5.7
          4.18.0-553.el8     |       | false | kernel 4.18.0-553.el8, before 5.7
          strange            |       | false | kernel "strange" tells no version
          5.6.19             | false | true  | featureDetectOverride: ChecksumOffloadBroken=false
          6.18.44            | true  | false | featureDetectOverride: ChecksumOffloadBroken=true
          """)
  void theKernelSaysUnlessConfigurationDoes(
      String release, Boolean broken, boolean usable, String why) {
    assertThat(ChecksumOffload.of(release, Optional.ofNullable(broken)))
        .isEqualTo(new ChecksumOffload(usable, why));
  }
}
