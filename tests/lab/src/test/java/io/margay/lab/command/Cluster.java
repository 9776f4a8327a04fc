package io.margay.lab.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.kernel.process.Child;
import io.margay.lab.plan.LabPlan;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The real API server of a test's lab, by kubectl's word, and the way that agents have to it. */
final class Cluster {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What agents watch, as kubectl calls it. */
  private static final String WATCHED =
      "nodes,namespaces,pods,serviceaccounts,networkpolicies.networking.k8s.io,"
          + Arrays.stream(
                  ("ippools ipamblocks blockaffinities bgpconfigurations bgppeers bgpfilters"
                          + " clusterinformations felixconfigurations")
                      .split(" "))
              .map(plural -> plural + ".crd.projectcalico.org")
              .collect(Collectors.joining(","));

  /** Where an agent keeps its last image of the cluster. */
  private static final String MEMORY = "/var/lib/calico/margay-image.jsonl";

  /** kubectl is slow to start: it is asked again only after that time. */
  private static final Duration SOON = Duration.ofSeconds(10);

  private static final Duration LOOK = Duration.ofMillis(100);

  private static final int PROXY_PORT = LabPlan.API_PORT + 1;

  private final TestLab lab;
  private final Path files;
  private final String kubectl;
  private Optional<Child> proxy = Optional.empty();

  private Cluster(TestLab lab, Path files, String kubectl) {
    this.lab = lab;
    this.files = files;
    this.kubectl = kubectl;
  }

  static Cluster of(TestLab lab) {
    String server =
        lab.in(LabPlan.CONTROL, "sh", "-c", "readlink /proc/$(pgrep -x kube-apiserver)/exe");
    return new Cluster(
        lab,
        lab.folder.directory().resolve("cp"),
        Path.of(server.strip()).resolveSibling("kubectl").toString());
  }

  /** kubectl of somebody who may do everything. */
  String kubectl(String... arguments) {
    var argv =
        new ArrayList<>(
            List.of(
                kubectl,
                "--kubeconfig=" + files.resolve("admin.kubeconfig"),
                "--cache-dir=" + files.resolve("cache")));
    argv.addAll(List.of(arguments));
    return lab.in(LabPlan.CONTROL, argv.toArray(String[]::new));
  }

  void create(String kind, String name) {
    kubectl("create", kind.toLowerCase(Locale.ROOT), name);
  }

  void delete(String kind, String name) {
    kubectl("delete", kind.toLowerCase(Locale.ROOT), name);
  }

  /** Applies the chart's CRDs again, and waits until all are served. */
  void restoreDefinitions() throws Exception {
    Path crds = Path.of(System.getProperty("margay.root", "../.."), "helm", "crds");
    kubectl("apply", "-f", crds.toAbsolutePath().normalize().toString());
    kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s");
    TestLab.await("all kinds are served", () -> !objectsOrNone().isEmpty());
  }

  /** All objects that agents watch: {@code Pod default/east}, {@code IPPool default}. */
  Set<String> objects() throws IOException {
    var names = new TreeSet<String>();
    String list = kubectl("get", WATCHED, "--all-namespaces", "-o", "json");
    for (JsonNode item : JSON.readTree(list).get("items")) {
      names.add(name(item.path("kind").asText(), item.path("metadata")));
    }
    return names;
  }

  private Set<String> objectsOrNone() {
    try {
      return objects();
    } catch (IOException | RuntimeException e) {
      return Set.of();
    }
  }

  /** The same by an agent's own image. */
  Set<String> knownBy(String node) throws IOException {
    var names = new TreeSet<String>();
    for (String line : lab.in(node, "cat", MEMORY).lines().toList()) {
      JsonNode entry = JSON.readTree(line);
      JsonNode key = entry.path("key");
      if (entry.has("key")) {
        String kind = entry.path("kind").asText();
        names.add(key.isTextual() ? kind + " " + key.asText() : name(kind, key));
      }
    }
    return names;
  }

  /** Whether the agents of all these nodes soon have exactly the objects that there are now. */
  boolean isKnownBy(List<String> nodes) throws IOException, InterruptedException {
    Set<String> objects = objects();
    long deadline = System.nanoTime() + SOON.toNanos();
    for (String node : nodes) {
      while (!knownBy(node).equals(objects)) {
        if (System.nanoTime() > deadline) {
          return false;
        }
        Thread.sleep(LOOK);
      }
    }
    return true;
  }

  private static String name(String kind, JsonNode meta) {
    String namespace = meta.path("namespace").asText();
    return kind + " " + (namespace.isEmpty() ? "" : namespace + "/") + meta.path("name").asText();
  }

  /** Leads all agents through a fault proxy, which is told this; kubectl goes past it. */
  void isReachedThroughAProxyThatSays(String fault) throws IOException {
    String server = "https://" + LabPlan.MANAGEMENT.ip() + ":" + LabPlan.API_PORT;
    var argv =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            classPath(),
            "io.margay.cluster.fault.Main",
            files.resolve("pki").toString(),
            server,
            Integer.toString(PROXY_PORT));
    Child started = lab.start(LabPlan.CONTROL, argv.toArray(String[]::new));
    proxy = Optional.of(started);
    var said = new BufferedReader(new InputStreamReader(started.stdout(), StandardCharsets.UTF_8));
    expectOk(started, said.readLine());
    started.stdin().write((fault + "\n").getBytes(StandardCharsets.UTF_8));
    started.stdin().flush();
    expectOk(started, said.readLine());
    redirect("-A");
    cut();
  }

  private static void expectOk(Child proxy, @Nullable String line) throws IOException {
    if (line == null || !line.startsWith("ok")) {
      throw new IOException(
          "no proxy: " + new String(proxy.stderr().readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  /** As before: without a proxy. */
  void isReachedDirectly() {
    if (proxy.isPresent()) {
      redirect("-D");
      proxy.get().kill();
      proxy = Optional.empty();
    }
  }

  /** The first packet of a connection decides where all of it goes. */
  private void redirect(String verb) {
    lab.in(
        LabPlan.CONTROL,
        "iptables",
        "-t",
        "nat",
        verb,
        "PREROUTING",
        "-i",
        "mgmt",
        "-p",
        "tcp",
        "--dport",
        Integer.toString(LabPlan.API_PORT),
        "-j",
        "REDIRECT",
        "--to-ports",
        Integer.toString(PROXY_PORT));
  }

  private void cut() {
    lab.in(LabPlan.CONTROL, "ss", "-K", "-tn", "sport = :" + LabPlan.API_PORT);
  }

  /** The class path of this process, for another one that starts elsewhere. */
  static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
