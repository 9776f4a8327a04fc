package io.margay.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GoSourcesTest {
  private final GoSources sources = GoSources.fromClassPath();

  @Test
  void versionIsTheOneThatGoModRequires() {
    assertThat(sources.kubernetes()).matches("v1\\.\\d+\\.\\d+");
    assertThat(GoBuild.linkerFlags(sources))
        .contains("version.gitVersion=" + sources.kubernetes())
        .contains("version.gitMinor=" + sources.minor());
  }

  @Test
  void anotherCompilerHasAnotherFingerprint() {
    assertThat(sources.fingerprint("go1.26.8"))
        .isEqualTo(GoSources.fromClassPath().fingerprint("go1.26.8"))
        .isNotEqualTo(sources.fingerprint("go1.26.9"))
        .matches("[0-9a-f]{16}");
  }

  @Test
  void everyProgramIsAPackage(@TempDir Path directory) throws IOException {
    sources.copyTo(directory);
    for (Tool tool : Tool.all()) {
      assertThat(Files.readString(directory.resolve(tool.program()).resolve("main.go")))
          .contains("package main");
    }
    assertThat(directory.resolve("go.sum")).isNotEmptyFile();
  }

  /** Kubernetes' staging modules have its minor and patch as theirs: v1.35.4 and v0.35.4. */
  @Test
  void stagingModulesAreOfTheSameVersion(@TempDir Path directory) throws IOException {
    sources.copyTo(directory);
    String staging = "v0." + sources.kubernetes().substring("v1.".length());
    assertThat(
            Files.readAllLines(directory.resolve("go.mod")).stream()
                .filter(line -> line.contains("=>")))
        .hasSizeGreaterThan(20)
        .allMatch(line -> line.endsWith(" " + staging));
  }
}
