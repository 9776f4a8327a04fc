package io.margay.lab.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kernel.process.Program;
import io.margay.lab.daemon.LabClient;
import io.margay.lab.daemon.LabDaemon;
import io.margay.lab.daemon.LabLauncher;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.live.LabFolder;
import io.margay.lab.plan.Families;
import io.margay.lab.plan.LabPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One typed command; its result is an exit status: 2 for a wrong one, 1 for a failed one. */
public final class Command {
  private static final String HELP =
      """
      lab [--name NAME] VERB
        up [--no-agents] [--api real] [--family dual|ipv6]
                                   builds a lab: 4 nodes with the agent, one with BIRD, FRR as router, GoBGP
        down                       takes it away, also what is left of a killed one
        status                     machines and pods
        exec TARGET [--] COMMAND   runs a command on node1..node4, bird1, router, watcher, control,
                                   or in a pod: NAMESPACE/POD
        apply -f FILE|DIR ...      applies manifests and waits until the pods run
        delete -f FILE|DIR ...     deletes what they name
        api DEED                   does something to a lab's real API server: kill, start, pause, resume, compact
        demo [--keep] [--manifests DIR] [--api real]
                                   builds a lab named demo, shows the main job in it and checks each step
      --family: what nodes, pods and peers have besides IPv4, or in its place (docs/lab.md).
      --api real: kube-apiserver and etcd, built by Go when they are first wanted (docs/development.md).
      A lab's name is "lab" unless given; labs of different names run side by side.
      """;

  private final Arguments arguments;
  private final LabFolder folder;
  private final LabLauncher launcher;
  private final ApiChoice api;
  private final Families families;

  private Command(Arguments arguments) {
    this.arguments = arguments;
    String usual = arguments.verb().equals("demo") ? "demo" : "lab";
    this.folder = LabFolder.named(arguments.option("--name").orElse(usual));
    this.launcher = new LabLauncher(folder);
    this.api = arguments.option("--api").map(ApiChoice::named).orElse(ApiChoice.EMBEDDED);
    this.families = arguments.option("--family").map(Families::named).orElse(Families.IPV4);
    if (api == ApiChoice.REAL && families == Families.IPV6) {
      throw new IllegalArgumentException("--api real is served over IPv4: not with --family ipv6");
    }
  }

  /** Runs what was typed. */
  public static int run(List<String> typed) throws InterruptedException {
    try {
      var arguments = Arguments.of(typed);
      return new Command(arguments).run();
    } catch (IllegalArgumentException e) {
      say(String.valueOf(e.getMessage()));
      say(HELP.strip());
      return 2;
    } catch (IOException e) {
      say("lab: " + e.getMessage());
      return 1;
    }
  }

  private int run() throws IOException, InterruptedException {
    return switch (arguments.verb()) {
      case "up" -> up();
      case "down" -> down();
      case "demo" -> demo();
      case "status" -> ask(request("status"));
      case "exec" -> exec();
      case "apply", "delete" -> manifests();
      case "api" -> ask(request("api").put("deed", arguments.word()));
      case "daemon" -> daemon();
      case "", "help" -> {
        say(HELP.strip());
        yield 0;
      }
      default ->
          throw new IllegalArgumentException("lab knows no verb \"" + arguments.verb() + "\"");
    };
  }

  private int up() throws InterruptedException {
    boolean agents = !arguments.flag("--no-agents");
    arguments.done();
    int exit =
        launcher.up(DaemonCommand.line(folder, api, families, agents), request("up"), Command::say);
    say(
        exit == 0
            ? "lab " + folder.name() + " is up; files: " + folder.directory()
            : "logs: " + folder.directory());
    return exit;
  }

  private int demo() throws IOException, InterruptedException {
    boolean keep = arguments.flag("--keep");
    List<String> directories = arguments.options("--manifests");
    arguments.done();
    ObjectNode request = request("demo");
    ObjectNode files = request.putObject("files");
    ManifestFiles.read(directories.stream().map(Path::of).toList()).forEach(files::put);
    if (directories.isEmpty()) {
      ManifestFiles.ofTheDemo().forEach(files::put);
    }
    if (!keep) {
      // Also when somebody types Control-C.
      Runtime.getRuntime().addShutdownHook(new Thread(this::endQuietly, "end"));
    }
    int exit =
        launcher.up(DaemonCommand.line(folder, api, Families.IPV4, true), request, Command::say);
    say(
        exit == 0
            ? "everything was as expected"
            : "not everything was as expected; logs: " + folder.directory() + "/*/log");
    if (keep) {
      DemoHints.lines(folder.name()).forEach(Command::say);
    } else if (exit == 0) {
      launcher.down();
    }
    return exit;
  }

  private void endQuietly() {
    try {
      launcher.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private int down() throws InterruptedException {
    arguments.done();
    say(launcher.down() ? "lab " + folder.name() + " is gone" : "there is no lab " + folder.name());
    return 0;
  }

  private int daemon() {
    boolean agents = !arguments.flag("--no-agents");
    arguments.done();
    LabDaemon.serve(
        folder, api, LabPlan.of(families), agents ? DaemonCommand.agent() : Optional.empty());
    return 0;
  }

  private int manifests() throws IOException {
    List<String> paths = arguments.options("-f");
    arguments.done();
    if (paths.isEmpty()) {
      throw new IllegalArgumentException(arguments.verb() + " needs -f FILE or DIR");
    }
    ObjectNode request = request(arguments.verb());
    ObjectNode files = request.putObject("files");
    ManifestFiles.read(paths.stream().map(Path::of).toList()).forEach(files::put);
    return ask(request);
  }

  private int exec() throws IOException {
    List<String> rest = arguments.rest();
    arguments.done();
    if (rest.size() < 2) {
      throw new IllegalArgumentException("exec needs TARGET and COMMAND");
    }
    var where = new ArrayList<String>();
    int exit = LabClient.ask(socket(), request("where").put("target", rest.getFirst()), where::add);
    if (exit != 0) {
      where.forEach(Command::say);
      return exit;
    }
    var argv = new ArrayList<>(launcher.entering());
    argv.addAll(where);
    argv.addAll(rest.subList(1, rest.size()));
    return Program.of(argv).runAttached();
  }

  private int ask(ObjectNode request) throws IOException {
    return LabClient.ask(socket(), request, Command::say);
  }

  private Path socket() throws IOException {
    if (!launcher.isUp()) {
      throw new IOException(folder.name() + " is not up; `./dev lab up` builds it");
    }
    return folder.socket();
  }

  private static ObjectNode request(String verb) {
    return JsonNodeFactory.instance.objectNode().put("verb", verb);
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
