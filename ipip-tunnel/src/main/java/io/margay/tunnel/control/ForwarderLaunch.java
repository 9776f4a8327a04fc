package io.margay.tunnel.control;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How the forwarder process is started: the one place that knows its command line.
 *
 * @param java the JVM's program
 * @param classPath what holds this module and those below it
 * @param device name of its TUN
 * @param socket where it listens for its agent
 * @param log the file that its output is appended to
 * @param udpPort of all nodes, for UDP encapsulation; empty for IPIP
 * @param queues how many it is to have, 1 to {@link #MOST_QUEUES}; one that runs is not replaced
 *     because it has another number
 * @param build what it is started as; one that runs and says something else is replaced. Where it
 *     is empty any will do
 */
public record ForwarderLaunch(
    Path java,
    String classPath,
    String device,
    Path socket,
    Path log,
    OptionalInt udpPort,
    int queues,
    String build) {
  /** What the socket and the log of one that speaks IPIP are called, before the dot. */
  public static final String IPIP_NAME = "forwarder";

  /** The same of one that speaks UDP. */
  public static final String UDP_NAME = "forwarder-udp";

  /** More than that is more memory than a forwarder should take. */
  public static final int MOST_QUEUES = 8;

  private static final int MOST_BY_DEFAULT = 4;

  /** The port of Flannel's udp backend. */
  public static final int UDP_PORT = 8285;

  /**
   * A packet mover needs no heap to speak of, and C1 is enough where nearly all time is spent in
   * system calls; what runs at start only is not worth being compiled at all (see {@code
   * docs/decisions/0289}).
   */
  private static final List<String> FLAGS =
      List.of(
          "-Xms4m",
          "-Xmn2m",
          "-Xmx12m",
          "-Xss256k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=5",
          "-XX:ReservedCodeCacheSize=16m",
          "-XX:MaxDirectMemorySize=8m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "-Djava.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");

  /** Archives of this module and of those below it. */
  private static final Pattern NEEDED =
      Pattern.compile(
          "(^|/)(ipip-tunnel|linux-kernel|foundation|fastutil|pcollections|jnr|jffi|asm)[^/]*\\.jar$");

  private static final Pattern SELF = Pattern.compile("(^|/)ipip-tunnel[^/]*\\.jar$");

  private static final String MAIN = "io.margay.tunnel.forwarder.ForwarderMain";

  /** One that speaks IPIP, of no known build. */
  public ForwarderLaunch(Path java, String classPath, String device, Path socket, Path log) {
    this(java, classPath, device, socket, log, OptionalInt.empty(), 1, "");
  }

  /** This one, speaking UDP. */
  public ForwarderLaunch overUdp(int port) {
    return new ForwarderLaunch(
        java, classPath, device, socket, log, OptionalInt.of(port), queues, build);
  }

  /** This one, said to be another build. */
  public ForwarderLaunch as(String otherBuild) {
    return new ForwarderLaunch(java, classPath, device, socket, log, udpPort, queues, otherBuild);
  }

  /** This one, with so many queues; 0 is as many as suit this machine's processors. */
  public ForwarderLaunch withQueues(int number) {
    int some = number == 0 ? queuesFor(Runtime.getRuntime().availableProcessors()) : number;
    return new ForwarderLaunch(java, classPath, device, socket, log, udpPort, some, build);
  }

  /** Half of the processors are left to the pods and to the kernel's part. */
  static int queuesFor(int processors) {
    return Math.clamp(processors / 2, 1, MOST_BY_DEFAULT);
  }

  /**
   * The JVM that the calling process itself runs with, and as much of its class path as the
   * forwarder needs: the directory of each archive that is looked into stays in memory.
   */
  public static ForwarderLaunch asThisProcess(String device, Path socket, Path log) {
    String classPath = needed(System.getProperty("java.class.path"));
    return new ForwarderLaunch(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        classPath,
        device,
        socket,
        log,
        OptionalInt.empty(),
        1,
        BuildId.of(classPath, FLAGS));
  }

  /** All of it where this module is no archive: then it runs from a build. */
  static String needed(String classPath) {
    List<String> entries = List.of(classPath.split(File.pathSeparator, -1));
    if (entries.stream().noneMatch(entry -> SELF.matcher(entry).find())) {
      return classPath;
    }
    return entries.stream()
        .filter(entry -> NEEDED.matcher(entry).find())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The command line of one that begins afresh. */
  public List<String> argv() {
    return argv(false);
  }

  private List<String> argv(boolean successor) {
    var argv = new ArrayList<String>();
    argv.add(java.toString());
    argv.addAll(FLAGS);
    argv.add("-cp");
    argv.add(classPath);
    argv.add(MAIN);
    if (!build.isEmpty()) {
      argv.addAll(List.of("--build", build));
    }
    if (successor) {
      argv.add("--succeed");
    }
    argv.addAll(List.of("--device", device, "--socket", socket.toString()));
    if (queues > 1) {
      argv.addAll(List.of("--queues", Integer.toString(queues)));
    }
    udpPort.ifPresent(port -> argv.addAll(List.of("--udp", Integer.toString(port))));
    return List.copyOf(argv);
  }

  /**
   * Starts it in a session of its own: it goes on when the calling process is killed.
   *
   * @throws ForwarderException when it cannot be started
   */
  public Child start() {
    return start(argv(false));
  }

  /**
   * Starts it to take over from the one that runs.
   *
   * @throws ForwarderException when it cannot be started
   */
  public Child startSuccessor() {
    return start(argv(true));
  }

  private Child start(List<String> argv) {
    try {
      return Program.of(argv).startDetached(log);
    } catch (ProgramException e) {
      throw new ForwarderException(String.valueOf(e.getMessage()), e);
    }
  }
}
