package io.margay.agent.clean;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The program behind {@code margayctl node cleanup}. */
public final class CleanupMain {
  private CleanupMain() {}

  public static void main(String[] arguments) {
    // What the parts tell of their work is told by the report.
    Logger.getLogger("").setLevel(Level.WARNING);
    var out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = run(Places.of(System.getenv()), out, err, arguments);
    out.flush();
    System.exit(code);
  }

  /**
   * Exit code: 0, 1 when the agent runs or something stays, 2 for wrong usage; as the other verbs.
   */
  static int run(Places places, PrintWriter out, PrintWriter err, String... arguments) {
    return switch (Options.read(List.of(arguments))) {
      case Options.Reading.Help() -> {
        out.print(Options.USAGE);
        yield 0;
      }
      case Options.Reading.Wrong(String why) -> {
        err.println("margayctl: " + why);
        err.print(Options.USAGE);
        err.flush();
        yield 2;
      }
      case Options.Reading.Read(Options options) -> clean(places, options, out, err);
    };
  }

  private static int clean(Places places, Options options, PrintWriter out, PrintWriter err) {
    if (!options.dryRun() && !options.force() && isRunning(places.agentSocket())) {
      err.println(
          "margayctl: the agent of this node runs (it answers at "
              + places.agentSocket()
              + ") and would put back what goes. Take its DaemonSet off this node first, or say"
              + " --force. --dry-run shows what would go.");
      return 1;
    }
    var report =
        new Report(Cleanup.of(places, options.pods()).run(options.dryRun()), options.dryRun());
    out.print(report.text(options.format()));
    return report.isIncomplete() ? 1 : 0;
  }

  private static boolean isRunning(Path socket) {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
