package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.protocol.Netconf;
import io.margay.cni.protocol.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MtuTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "1400, false, 1480, Of[bytes=1400]",
    "0, false, 1480, Of[bytes=1480]",
    "0, false, '1480\n', Of[bytes=1480]",
    "0, false, '', 'expected a number'",
    "0, false, 99999, 'expected a number'",
    "0, false, x, 'holds \"x\"'",
    "0, false, -, Of[bytes=1500]",
    "0, true, -, 'require_mtu_file is set'",
    "1400, true, -, Of[bytes=1400]",
  })
  void configuredBeforeDetectedBeforeUsual(
      int configured, boolean required, String file, String expected) throws IOException {
    Path path = directory.resolve("mtu");
    if (!file.equals("-")) {
      Files.writeString(path, file);
    }
    var netconf =
        new Netconf(
            SpecVersion.V1_0_0,
            "n",
            "calico",
            new Netconf.Ipam.Other(""),
            configured,
            required,
            true,
            false,
            false,
            false,
            List.of());
    assertThat(Mtu.of(netconf, path).toString()).contains(expected);
  }
}
