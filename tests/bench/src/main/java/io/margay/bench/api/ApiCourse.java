package io.margay.bench.api;

import io.margay.bench.fib.FibBench;
import io.margay.bench.frame.Bench;
import io.margay.bench.host.GoProgram;
import io.margay.cluster.ControlPlane;
import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs;
import io.margay.cluster.Programs.Availability;
import io.margay.cluster.Site;
import io.margay.kernel.process.Program;
import io.margay.kube.types.Kind;
import io.margay.lab.kubelet.AgentCommand;
import io.margay.lab.live.LabFolder;
import io.margay.lab.place.Labtool;
import io.margay.lab.place.Place;
import io.margay.lab.plan.Families;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A node with namespaces of its own in which the API server of a large cluster runs; the agent and
 * its peer watch it by turns, each in a fresh process.
 */
final class ApiCourse implements Bench.Course {
  private static final String ACCOUNT = "system:serviceaccount:kube-system:calico-node";
  private static final int PORT = 6443;
  private static final Duration LOADING = Duration.ofMinutes(10);

  /** What follows the first image has been done by then: policy, routes, sessions. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final double MIB = 1024 * 1024;

  /** The last line of a class histogram: instances and bytes. */
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");

  private final LabFolder folder;
  private final Place node;
  private final ControlPlane plane;
  private final GoProgram peer;
  private final Path kubeconfig;
  private final AgentCommand agent;
  private final Duration idle;

  /** Whose idle time has been looked at: once each, since it takes its time. */
  private final Set<String> seenIdle = new HashSet<>();

  private ApiCourse(
      LabFolder folder, Place node, ControlPlane plane, AgentCommand agent, Duration idle) {
    this.folder = folder;
    this.node = node;
    this.plane = plane;
    this.agent = agent;
    this.idle = idle;
    this.peer = GoProgram.compile("informers");
    this.kubeconfig = plane.kubeconfigOf("kube-system", "calico-node", Duration.ofHours(4));
  }

  static ApiCourse open(ClusterSize size, Path root, Duration idle) {
    var folder = LabFolder.named("bench-" + ProcessHandle.current().pid());
    try {
      Programs programs = programs();
      Place node = node(folder.place("node"));
      ControlPlane plane = ControlPlane.start(site(folder, root, node), programs);
      var course = new ApiCourse(folder, node, plane, agent(root), idle);
      course.load(size);
      return course;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (RuntimeException e) {
      // What runs in there ends with this process.
      folder.remove();
      throw e;
    }
  }

  /** Built where they are missing, which takes a while. */
  private static Programs programs() throws InterruptedException {
    return switch (ProgramCache.standard().obtain(line -> System.err.println("bench: " + line))) {
      case Availability.Ready(Programs programs) -> programs;
      case Availability.Missing(String reason) ->
          throw new IllegalStateException("no API server: " + reason);
    };
  }

  /** Its only cable leads nowhere: other nodes do not answer. */
  private static Place node(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " cannot be made", e);
    }
    Place node = Place.open("node", folder, Labtool.in(LabFolder.programs()));
    node.ip(
        List.of(
            "link add eth0 type veth peer name far",
            "link set far up",
            "address add " + Population.nodeAddress(0) + "/16 dev eth0",
            "link set eth0 up"));
    return node;
  }

  private static Site site(LabFolder folder, Path root, Place node) {
    return Site.local(folder.directory().resolve("cp"), root.resolve("helm"))
        .at(Population.nodeAddress(0), PORT)
        .in(Path.of("/proc/" + node.holder() + "/ns/net"));
  }

  private static AgentCommand agent(Path root) {
    return new AgentCommand(
        program("java"),
        List.of("@" + root.resolve(FibBench.AGENT_JVM_OPTIONS), "-XX:-UsePerfData"),
        classPath());
  }

  private static String program(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  /** What enters a node is in another folder then. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private void load(ClusterSize size) {
    var argv = List.of(program("java"), "-Xmx256m", "-cp", classPath(), Loader.class.getName());
    var all = new ArrayList<>(argv);
    all.add(plane.admin().toString());
    Stream.of(size.nodes(), size.pods(), size.policies()).map(String::valueOf).forEach(all::add);
    long start = System.nanoTime();
    String made = Program.run(node.entering(all), Optional.empty(), LOADING).orThrow().out();
    System.err.printf(
        Locale.ROOT,
        "bench: api: %s objects loaded in %.0f s%n",
        made.strip(),
        (System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  @Override
  public Map<String, Double> ours() {
    List<String> argv = agent.argv(Population.nodeName(0), kubeconfig.toString(), Families.IPV4);
    return measured(argv, "kube.image.synced", this::liveOfAgent);
  }

  @Override
  public Map<String, Double> theirs() {
    var argv = new ArrayList<>(List.of(peer.file().toString(), kubeconfig.toString()));
    Kind.watched().stream()
        .filter(kind -> kind.group().equals(Kind.CALICO_GROUP))
        .map(Kind::plural)
        .forEach(argv::add);
    return measured(argv, "synced", ApiCourse::liveOfPeer);
  }

  /** Bytes that are in use after a collection. */
  private interface Live {
    double bytes(Subject subject) throws InterruptedException;
  }

  private Map<String, Double> measured(List<String> argv, String mark, Live live) {
    var values = new HashMap<String, Double>();
    try (Subject subject = Subject.start(node, argv, mark)) {
      values.put(ApiBench.SYNC, subject.syncedAfter() / NANOS_PER_SECOND);
      values.put(ApiBench.CPU, subject.cpu() / NANOS_PER_SECOND);
      Thread.sleep(SETTLING);
      if (seenIdle.add(mark)) {
        values.put(ApiBench.IDLE, requestsPerMinute());
      }
      values.put(ApiBench.RESIDENT, subject.bytes("VmRSS") / MIB);
      values.put(ApiBench.PEAK, subject.bytes("VmHWM") / MIB);
      values.put(ApiBench.HEAP, live.bytes(subject) / MIB);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return values;
  }

  private double requestsPerMinute() throws InterruptedException {
    long before = requests();
    Thread.sleep(idle);
    return (requests() - before) * (double) Duration.ofMinutes(1).toNanos() / idle.toNanos();
  }

  private long requests() {
    return plane.audit().requests().stream()
        .filter(request -> request.user().equals(ACCOUNT))
        .count();
  }

  private double liveOfAgent(Subject subject) {
    String histogram =
        node.run(program("jcmd"), Long.toString(subject.innerPid()), "GC.class_histogram")
            .orThrow()
            .out();
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IllegalStateException("a class histogram without a total");
    }
    return Double.parseDouble(total.group(1));
  }

  private static double liveOfPeer(Subject subject) throws InterruptedException {
    return Double.parseDouble(subject.ask("live").replace("live ", ""));
  }

  @Override
  public void close() {
    plane.close();
    ProcessHandle.of(node.holder())
        .ifPresent(holder -> {
          holder.destroyForcibly();
          holder.onExit().join();
        });
    peer.close();
    folder.remove();
  }
}
