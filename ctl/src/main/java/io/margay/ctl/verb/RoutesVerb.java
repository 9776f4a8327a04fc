package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Table;
import java.util.HashMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl routes}: what the agent wants in the kernel, whether it is there, and why. */
@Command(
    name = "routes",
    description = "Routes that this node should have, where each leads, and what asked for it.",
    mixinStandardHelpOptions = true)
final class RoutesVerb implements Callable<Integer> {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private Question question = new Question();

  @Option(
      names = "--for",
      paramLabel = "ADDRESS",
      description = "Only the route that a packet to this address takes.")
  private @Nullable String address;

  @Override
  public Integer call() {
    var arguments = new HashMap<String, String>();
    if (address != null) {
      arguments.put("for", address);
    }
    var line = spec.commandLine();
    return question.ask(
        root.agent(), line.getOut(), line.getErr(), "routes", arguments, RoutesVerb::table);
  }

  static String table(JsonNode routes) {
    var table = new Table("DESTINATION", "TYPE", "VIA", "DEV", "PROTO", "STATE", "WHY");
    for (JsonNode route : routes) {
      table.row(
          route.path("destination").asText(),
          route.path("type").asText(),
          route.path("via").asText("-"),
          route.path("dev").asText("-"),
          route.path("protocol").asText(),
          route.path("state").asText(),
          route.path("why").asText());
    }
    return table.columns();
  }
}
