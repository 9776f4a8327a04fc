package io.margay.lab.kubelet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import io.margay.lab.place.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The chain of CNI plugins of a node, called as a container runtime calls it: the first file of
 * /etc/cni/net.d, its plugins in order for ADD and backwards for DEL. Any thread may call.
 */
final class CniNetwork implements PodNetwork {
  /** kubelet's own limit for a sandbox. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String CONF_DIR = "/etc/cni/net.d";
  private static final String BIN_DIR = "/opt/cni/bin";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Place node;
  private final Map<String, Attached> attached = new ConcurrentHashMap<>();

  /** What a runtime keeps of an ADD for the DEL. */
  private record Attached(NetworkConfig config, Optional<JsonNode> result) {}

  CniNetwork(Place node) {
    this.node = node;
  }

  @Override
  public boolean isReady() {
    return firstConf().isPresent();
  }

  /** Of several files the alphabetically first is taken. */
  private Optional<Path> firstConf() {
    try (Stream<Path> files = Files.list(node.file(CONF_DIR))) {
      return files
          .filter(file -> file.toString().matches(".*\\.(conflist|conf|json)"))
          .sorted()
          .findFirst();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(node + ": " + CONF_DIR, e);
    }
  }

  private NetworkConfig config() {
    Path file = firstConf().orElseThrow(() -> new PodNetworkException("no file in " + CONF_DIR));
    try {
      return NetworkConfig.read(String.valueOf(file.getFileName()), Files.readString(file));
    } catch (IOException e) {
      throw new PodNetworkException(file + ": " + e.getMessage());
    }
  }

  @Override
  public List<String> attach(Sandbox sandbox) {
    NetworkConfig config = config();
    attached.put(sandbox.containerId(), new Attached(config, Optional.empty()));
    Optional<JsonNode> result = Optional.empty();
    for (int i = 0; i < config.plugins().size(); i++) {
      ProgramResult call = call("ADD", sandbox, config, i, result);
      if (!call.succeeded()) {
        detachQuietly(sandbox);
        throw new PodNetworkException(refusal("ADD", config, i, call));
      }
      result = Optional.of(answer(config, i, call));
    }
    attached.put(sandbox.containerId(), new Attached(config, result));
    List<String> addresses = addresses(result.orElseThrow());
    if (addresses.isEmpty()) {
      throw new PodNetworkException("the chain answered without an address: " + result.get());
    }
    return addresses;
  }

  @Override
  public void detach(Sandbox sandbox) {
    Attached known = attached.get(sandbox.containerId());
    if (known == null) {
      return;
    }
    NetworkConfig config = known.config();
    Optional<JsonNode> previous =
        config.delTakesPreviousResult() ? known.result() : Optional.empty();
    for (int i = config.plugins().size() - 1; i >= 0; i--) {
      ProgramResult call = call("DEL", sandbox, config, i, previous);
      if (!call.succeeded()) {
        throw new PodNetworkException(refusal("DEL", config, i, call));
      }
    }
    attached.remove(sandbox.containerId());
  }

  /** After a failed ADD: what a failed DEL leaves is told by the ADD's own error. */
  private void detachQuietly(Sandbox sandbox) {
    try {
      detach(sandbox);
    } catch (PodNetworkException e) {
      attached.remove(sandbox.containerId());
    }
  }

  private ProgramResult call(
      String command,
      Sandbox sandbox,
      NetworkConfig config,
      int plugin,
      Optional<JsonNode> previous) {
    var argv = new ArrayList<String>();
    argv.addAll(List.of("env", "-i", "PATH=" + System.getenv("PATH")));
    environment(command, sandbox).forEach((name, value) -> argv.add(name + "=" + value));
    argv.add(BIN_DIR + "/" + type(config, plugin));
    String stdin = config.stdin(plugin, sandbox.pod(), previous);
    return Program.run(node.entering(argv), Optional.of(stdin), PATIENCE);
  }

  private static Map<String, String> environment(String command, Sandbox sandbox) {
    var environment = new LinkedHashMap<String, String>();
    environment.put("CNI_COMMAND", command);
    environment.put("CNI_CONTAINERID", sandbox.containerId());
    environment.put("CNI_NETNS", sandbox.netnsPath());
    environment.put("CNI_IFNAME", "eth0");
    environment.put(
        "CNI_ARGS",
        "IgnoreUnknown=1;K8S_POD_NAMESPACE=%s;K8S_POD_NAME=%s;K8S_POD_INFRA_CONTAINER_ID=%s;K8S_POD_UID=%s"
            .formatted(
                sandbox.pod().namespace(),
                sandbox.pod().name(),
                sandbox.containerId(),
                sandbox.pod().uid()));
    environment.put("CNI_PATH", BIN_DIR);
    return environment;
  }

  private static JsonNode answer(NetworkConfig config, int plugin, ProgramResult call) {
    try {
      return JSON.readTree(call.out());
    } catch (JsonProcessingException e) {
      throw new PodNetworkException(type(config, plugin) + " answered no JSON: " + call.out());
    }
  }

  private static List<String> addresses(JsonNode result) {
    var addresses = new ArrayList<String>();
    for (JsonNode ip : result.path("ips")) {
      addresses.add(ip.path("address").asText().replaceFirst("/.*", ""));
    }
    return addresses;
  }

  private static String refusal(
      String command, NetworkConfig config, int plugin, ProgramResult call) {
    String said = call.out().isBlank() ? call.err().strip() : call.out().strip();
    return "%s of %s: exit %d: %s".formatted(command, type(config, plugin), call.exit(), said);
  }

  private static String type(NetworkConfig config, int plugin) {
    return config.plugins().get(plugin).path("type").asText();
  }
}
