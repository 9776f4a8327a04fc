package io.margay.lab.command;

import io.margay.lab.kubelet.AgentCommand;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.live.LabFolder;
import io.margay.lab.plan.Families;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Command lines of our own JVMs. The agents get the lab's class path unless the system property
 * {@code margay.lab.agent.classpath} gives another, and the options of {@code
 * margay.lab.agent.options}, parted by blanks.
 */
final class DaemonCommand {
  private static final String PROPERTIES = "margay.";

  /** What the agents' JVM is given in place of the lab's own choice. */
  static final String OPTIONS_PROPERTY = "margay.lab.agent.options";

  private static final Pattern BLANKS = Pattern.compile("\\s+");

  // Places share /tmp, where the JVM would keep its counters under process numbers that they
  // do not share.
  private static final List<String> EVERY_JVM =
      List.of(
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final String AGENT_OPTIONS =
      "-XX:+UseSerialGC -Xmx96m -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders";

  private DaemonCommand() {}

  /** The process that serves a lab. */
  static List<String> line(LabFolder folder, ApiChoice api, Families families, boolean agents) {
    // It lives for a minute or two: the second compiler would cost more than it gains.
    var argv =
        new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    argv.addAll(EVERY_JVM);
    System.getProperties()
        .forEach((key, value) -> {
          if (key.toString().startsWith(PROPERTIES)) {
            argv.add("-D" + key + "=" + value);
          }
        });
    argv.addAll(List.of("-cp", absolute(System.getProperty("java.class.path", ""))));
    argv.addAll(List.of("io.margay.lab.Main", "--name", folder.name()));
    argv.addAll(List.of("--api", api.word(), "--family", families.word(), "daemon"));
    if (!agents) {
      argv.add("--no-agents");
    }
    return argv;
  }

  /** How agents are started. */
  static Optional<AgentCommand> agent() {
    var options = new ArrayList<>(EVERY_JVM);
    BLANKS
        .splitAsStream(agentOptions().strip())
        .filter(word -> !word.isEmpty())
        .forEach(options::add);
    String classPath =
        System.getProperty("margay.lab.agent.classpath", System.getProperty("java.class.path", ""));
    return Optional.of(new AgentCommand(java(), options, absolute(classPath)));
  }

  /** Options of the agents' JVM, parted by blanks. */
  static String agentOptions() {
    return System.getProperty(OPTIONS_PROPERTY, AGENT_OPTIONS);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
  }

  /** The lab's process and the agents run elsewhere than where it was typed. */
  private static String absolute(String classPath) {
    return Pattern.compile(Pattern.quote(File.pathSeparator))
        .splitAsStream(classPath)
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
