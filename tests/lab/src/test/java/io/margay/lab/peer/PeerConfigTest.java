package io.margay.lab.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.plan.Families;
import io.margay.lab.plan.LabPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Golden files; {@code -Dmargay.bless=true} writes them anew. */
@Tag("golden")
class PeerConfigTest {
  private static final Path GOLDEN = Path.of("src/test/golden/peers");

  @TestFactory
  Stream<DynamicTest> saysWhatThePlanSays() {
    return Stream.of(Families.values())
        .map(LabPlan::of)
        .flatMap(plan -> {
          String suffix = plan.families() == Families.IPV4 ? "" : "-" + plan.families().word();
          return Map.of(
              "bgpd" + suffix + ".conf", FrrConfig.bgpd(plan),
              "bird" + suffix + ".conf", BirdConfig.conf(plan, plan.birdNodes().getFirst()),
              "gobgpd" + suffix + ".toml", GobgpConfig.toml(plan))
              .entrySet()
              .stream();
        })
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
  }

  private static void check(String name, String text) throws IOException {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("margay.bless")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }
}
