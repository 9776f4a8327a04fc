package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.LongTable;
import io.margay.ctl.print.RowSink;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl fib}: the kernel's routes, beside what should be there. */
@Command(
    name = "fib",
    description = "The kernel's routes as they are now, beside what this node should have there.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class FibVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "All routes of the main table: whose each is, and what asked for it.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Question question,
      @Parameters(
              paramLabel = "PREFIX",
              arity = "0..1",
              description = "Only in this network, or those that hold this address.")
          @Nullable String about) {
    return ask(question, about, Map.of(), "There are no routes.");
  }

  @Command(
      name = "diff",
      description = "Only what is not as it should be: missing, different, unwanted, in the way.",
      mixinStandardHelpOptions = true)
  int diff(
      @Mixin Question question,
      @Parameters(
              paramLabel = "PREFIX",
              arity = "0..1",
              description = "Only in this network, or those that hold this address.")
          @Nullable String about) {
    return ask(
        question, about, Map.of("differences", "true"), "The kernel has what it should have.");
  }

  private int ask(
      Question question, @Nullable String about, Map<String, String> more, String whenNone) {
    var arguments = new HashMap<>(more);
    if (about != null) {
      arguments.put("about", about);
    }
    var line = spec.commandLine();
    return question.list(
        root.agent(),
        line.getOut(),
        line.getErr(),
        "fib",
        arguments,
        out -> new Routes(out, whenNone));
  }

  /** A line a route. */
  private static final class Routes implements RowSink {
    private final PrintWriter out;
    private final String whenNone;
    private final LongTable table;
    private boolean any;

    Routes(PrintWriter out, String whenNone) {
      this.out = out;
      this.whenNone = whenNone;
      this.table =
          new LongTable(
              out, "DESTINATION", "TYPE", "VIA", "DEV", "PROTO", "METRIC", "STATE", "WHY");
    }

    @Override
    public void row(JsonNode route) {
      any = true;
      table.row(
          route.path("destination").asText(),
          route.path("type").asText(),
          route.path("via").asText(),
          route.path("dev").asText(),
          route.path("protocol").asText(),
          route.path("metric").asText(),
          route.path("state").asText(),
          route.path("why").asText());
    }

    @Override
    public void end() {
      if (any) {
        table.end();
      } else {
        out.println(whenNone);
      }
    }
  }
}
