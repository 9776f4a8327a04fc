package io.margay.ctl.verb;

import io.margay.ctl.source.AgentSocket;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command margayctl: shows what the agent of this node knows, and why. */
@Command(
    name = "margayctl",
    description =
        "Shows peers, routes, addresses and policy of this node, with the reason for each.",
    mixinStandardHelpOptions = true,
    versionProvider = BuiltVersion.class,
    synopsisSubcommandLabel = "VERB",
    subcommands = {
      NodeVerb.class,
      RoutesVerb.class,
      FibVerb.class,
      TunnelVerb.class,
      IpamVerb.class,
      PolicyVerb.class,
      BgpVerb.class
    })
public final class Margayctl {
  @Option(
      names = "--socket",
      paramLabel = "FILE",
      description = "The agent's socket (default: ${DEFAULT-VALUE}).",
      defaultValue = "/var/run/calico/margay.sock",
      scope = CommandLine.ScopeType.INHERIT)
  private Path socket = Path.of("/var/run/calico/margay.sock");

  AgentSocket agent() {
    return new AgentSocket(socket);
  }

  public static void main(String[] arguments) {
    var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, arguments));
  }

  /** Exit code: 0, 1 when the agent gave no answer or something is wrong, 2 for wrong usage. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    int code = new CommandLine(new Margayctl()).setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    return code;
  }
}
