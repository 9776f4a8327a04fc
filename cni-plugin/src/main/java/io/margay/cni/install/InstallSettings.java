package io.margay.cni.install;

import io.margay.cni.protocol.SpecVersion;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment of Calico's {@code install-cni}, read.
 *
 * @param binaries directory of plugins, as this process sees it
 * @param configuration directory of network configurations, as this process sees it
 * @param fileName of our configuration (CNI_CONF_NAME)
 * @param oldFileName of one that we wrote under another name and that goes (CNI_OLD_CONF_NAME)
 * @param skipped names of binaries that are not installed (SKIP_CNI_BINARIES)
 * @param update whether binaries that are there are replaced (UPDATE_CNI_BINARIES)
 * @param template text of the configuration (CNI_NETWORK_CONFIG); empty: read the file, or ours
 * @param templateFile file of the text (CNI_NETWORK_CONFIG_FILE), which wins
 * @param placeholders what stands for what in the template
 */
public record InstallSettings(
    Path binaries,
    Path configuration,
    String fileName,
    Optional<String> oldFileName,
    Set<String> skipped,
    boolean update,
    Optional<String> template,
    Optional<Path> templateFile,
    Map<String, String> placeholders) {
  private static final String DEFAULT_NAME = "10-calico.conflist";
  // Calico's words for false; anything else is true.
  private static final Set<String> FALSE = Set.of("false", "0", "no", "n", "f");

  public InstallSettings {
    skipped = Set.copyOf(skipped);
    placeholders = Map.copyOf(placeholders);
  }

  /**
   * Reads the environment. What cannot be used is noted, with its variable, and the default stands.
   *
   * @param node for {@code __KUBERNETES_NODE_NAME__}
   */
  public static InstallSettings read(
      Map<String, String> environment,
      String node,
      Path binaries,
      Path configuration,
      Problems problems) {
    var env = new Reader(environment, problems);
    String fileName = env.fileName("CNI_CONF_NAME", DEFAULT_NAME);
    String oldName = env.fileName("CNI_OLD_CONF_NAME", DEFAULT_NAME);
    String netDir = env.text("CNI_NET_DIR", "/etc/cni/net.d");
    Map<String, String> placeholders = new LinkedHashMap<>();
    placeholders.put("__KUBERNETES_NODE_NAME__", node);
    placeholders.put("__KUBECONFIG_FILEPATH__", netDir + "/calico-kubeconfig");
    placeholders.put("__CNI_MTU__", env.number("CNI_MTU", 0, 65535, "0"));
    placeholders.put("__LOG_LEVEL__", env.text("LOG_LEVEL", "info"));
    placeholders.put("__LOG_FILE_PATH__", env.text("LOG_FILE_PATH", "/var/log/calico/cni/cni.log"));
    placeholders.put(
        "__LOG_FILE_MAX_SIZE__", env.number("LOG_FILE_MAX_SIZE", 1, Integer.MAX_VALUE, "100"));
    placeholders.put(
        "__LOG_FILE_MAX_AGE__", env.number("LOG_FILE_MAX_AGE", 1, Integer.MAX_VALUE, "30"));
    placeholders.put(
        "__LOG_FILE_MAX_COUNT__", env.number("LOG_FILE_MAX_COUNT", 1, Integer.MAX_VALUE, "10"));
    placeholders.put("__DATASTORE_TYPE__", env.text("DATASTORE_TYPE", "kubernetes"));
    placeholders.put("__KUBERNETES_SERVICE_HOST__", env.text("KUBERNETES_SERVICE_HOST", ""));
    placeholders.put("__KUBERNETES_SERVICE_PORT__", env.text("KUBERNETES_SERVICE_PORT", ""));
    placeholders.put("__CNI_VERSION__", env.version("MARGAY_CNI_VERSION", SpecVersion.V0_3_1));
    return new InstallSettings(
        binaries,
        configuration,
        fileName,
        Optional.of(oldName).filter(name -> !name.equals(fileName)),
        Set.copyOf(env.list("SKIP_CNI_BINARIES")),
        !FALSE.contains(env.text("UPDATE_CNI_BINARIES", "true")),
        Optional.of(env.text("CNI_NETWORK_CONFIG", "")).filter(text -> !text.isEmpty()),
        Optional.of(env.text("CNI_NETWORK_CONFIG_FILE", ""))
            .filter(text -> !text.isEmpty())
            .map(Path::of),
        placeholders);
  }

  private record Reader(Map<String, String> environment, Problems problems) {
    String text(String name, String fallback) {
      String value = environment.getOrDefault(name, "");
      return value.isEmpty() ? fallback : value;
    }

    List<String> list(String name) {
      return List.of(text(name, "").split(",")).stream()
          .map(String::strip)
          .filter(each -> !each.isEmpty())
          .toList();
    }

    String fileName(String name, String fallback) {
      String value = text(name, fallback);
      return value.contains("/") || value.startsWith(".")
          ? refused(name, value, "a file name such as " + DEFAULT_NAME, fallback)
          : value;
    }

    String number(String name, int least, int most, String fallback) {
      String value = text(name, fallback);
      boolean good =
          value.matches("[0-9]{1,10}")
              && Long.parseLong(value) >= least
              && Long.parseLong(value) <= most;
      return good ? value : refused(name, value, "a number, " + least + " to " + most, fallback);
    }

    // A configuration list (conflist) came with 0.3.0.
    String version(String name, SpecVersion fallback) {
      String value = text(name, fallback.text());
      boolean good =
          SpecVersion.parse(value).filter(v -> v.atLeast(SpecVersion.V0_3_0)).isPresent();
      List<String> known =
          SpecVersion.texts().stream().filter(t -> t.compareTo("0.3.0") >= 0).toList();
      return good
          ? value
          : refused(name, value, "one of " + String.join(", ", known), fallback.text());
    }

    private String refused(String name, String found, String expected, String fallback) {
      problems.add(new Problem("environment", name, '"' + found + '"', expected));
      return fallback;
    }
  }
}
