package io.margay.cni.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.cni.Golden;
import io.margay.cni.protocol.Json;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calico's install-cni. */
class InstallerTest {
  @TempDir private Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final Problems problems = new Problems();
  private Path binaries;
  private Path configuration;

  @BeforeEach
  void make() throws IOException {
    binaries = Files.createDirectory(directory.resolve("bin"));
    configuration = Files.createDirectory(directory.resolve("net.d"));
  }

  @Test
  void binariesAreExecutableAndReplacedOnlyWhenTheyDiffer() throws IOException {
    installer().installBinaries();
    Path calico = binaries.resolve("calico");
    assertThat(calico).hasSameBinaryContentAs(binaries.resolve("calico-ipam"));
    assertThat(mode(calico)).isEqualTo("rwxr-xr-x");

    Object before = Files.readAttributes(calico, "unix:ino");
    installer().installBinaries();
    assertThat((Object) Files.readAttributes(calico, "unix:ino")).isEqualTo(before);
    Files.writeString(calico, "older");
    installer().installBinaries();
    assertThat(calico).hasSameBinaryContentAs(binaries.resolve("calico-ipam"));
    try (var files = Files.list(binaries)) {
      assertThat(files).as("no temporary file stays").hasSize(2);
    }
  }

  @Test
  void binariesMayBeSkippedOrKept() throws IOException {
    environment.put("SKIP_CNI_BINARIES", "calico-ipam");
    environment.put("UPDATE_CNI_BINARIES", "false");
    Files.writeString(binaries.resolve("calico"), "older");
    installer().installBinaries();
    assertThat(binaries.resolve("calico")).hasContent("older");
    assertThat(binaries.resolve("calico-ipam")).doesNotExist();
  }

  @Test
  @Tag("golden")
  void defaultConfigurationIsTheManifests() throws IOException {
    installer().writeConfiguration();
    Path file = configuration.resolve("10-calico.conflist");
    assertThat(mode(file)).isEqualTo("rw-------");
    Golden.compare("install/default.json", Files.readString(file));
    assertThat(Json.parse(Files.readString(file))).isInstanceOf(Json.Parsed.Document.class);
  }

  @Test
  void configurationIsNotTouchedWhenItIsAsItShouldBe() throws IOException {
    installer().writeConfiguration();
    Path file = configuration.resolve("10-calico.conflist");
    Object before = Files.readAttributes(file, "unix:ino");
    installer().writeConfiguration();
    assertThat((Object) Files.readAttributes(file, "unix:ino")).isEqualTo(before);
  }

  @Test
  void templateOfTheEnvironmentIsFilledIn() throws IOException {
    environment.put(
        "CNI_NETWORK_CONFIG",
        "{\"mtu\": __CNI_MTU__, \"n\": \"__KUBERNETES_NODE_NAME__\","
            + " \"k\": \"__KUBECONFIG_FILEPATH__\"}");
    environment.put("CNI_MTU", "1440");
    environment.put("CNI_NET_DIR", "/etc/other/net.d");
    installer().writeConfiguration();
    assertThat(configuration.resolve("10-calico.conflist"))
        .hasContent(
            "{\"mtu\": 1440, \"n\": \"node-a\", \"k\": \"/etc/other/net.d/calico-kubeconfig\"}");
  }

  @Test
  void fileOfTheTemplateWinsAndAnotherNameTakesTheOldFileAway() throws IOException {
    installer().writeConfiguration();
    Path template = Files.writeString(directory.resolve("template"), "{\"a\": 1}");
    environment.put("CNI_NETWORK_CONFIG", "{\"b\": 1}");
    environment.put("CNI_NETWORK_CONFIG_FILE", template.toString());
    environment.put("CNI_CONF_NAME", "10-canal.conflist");
    installer().writeConfiguration();
    assertThat(configuration.resolve("10-canal.conflist")).hasContent("{\"a\": 1}");
    assertThat(configuration.resolve("10-calico.conflist")).doesNotExist();
  }

  @Test
  void brokenTemplateIsNamedAndWritesNothing() throws IOException {
    environment.put("CNI_NETWORK_CONFIG", "{\"mtu\": }");
    assertThatThrownBy(() -> installer().writeConfiguration())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("CNI_NETWORK_CONFIG")
        .hasMessageContaining("line 1");
    try (var files = Files.list(configuration)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void wrongVariablesAreNamedAndTheDefaultStands() {
    environment.put("CNI_MTU", "big");
    environment.put("CNI_CONF_NAME", "../10-calico.conflist");
    environment.put("MARGAY_CNI_VERSION", "0.2.0");
    InstallSettings settings = settings();
    assertThat(problems.all())
        .extracting(Problem::toString)
        .containsExactlyInAnyOrder(
            "environment: CNI_MTU is \"big\"; expected a number, 0 to 65535",
            "environment: CNI_CONF_NAME is \"../10-calico.conflist\"; expected a file name such as"
                + " 10-calico.conflist",
            "environment: MARGAY_CNI_VERSION is \"0.2.0\"; expected one of 0.3.0, 0.3.1, 0.4.0,"
                + " 1.0.0, 1.1.0");
    assertThat(settings.fileName()).isEqualTo("10-calico.conflist");
    assertThat(settings.placeholders()).containsEntry("__CNI_MTU__", "0");
  }

  @Test
  void newestSpecificationByConfiguration() throws IOException {
    environment.put("MARGAY_CNI_VERSION", "1.1.0");
    installer().writeConfiguration();
    assertThat(Files.readString(configuration.resolve("10-calico.conflist")))
        .contains("\"cniVersion\": \"1.1.0\"");
    assertThat(problems.all()).isEqualTo(List.of());
  }

  private Installer installer() {
    return new Installer(settings());
  }

  private InstallSettings settings() {
    return InstallSettings.read(environment, "node-a", binaries, configuration, problems);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
