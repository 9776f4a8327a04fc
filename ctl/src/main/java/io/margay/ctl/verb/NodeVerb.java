package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Table;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl node status}: calicoctl's table of BGP peers. */
@Command(
    name = "node",
    description = "This node.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class NodeVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "status",
      description = "BGP peers with their state, as calicoctl node status shows them.",
      mixinStandardHelpOptions = true)
  int status(@Mixin Question question) {
    var line = spec.commandLine();
    return question.ask(
        root.agent(), line.getOut(), line.getErr(), "node", Map.of(), NodeVerb::table);
  }

  /**
   * The launcher (dist/margayctl) starts the agent's program for this verb, since it is wanted when
   * there is no agent; here are its name for the help, and what to do when it was not met.
   */
  @Command(
      name = "cleanup",
      description =
          "Remove what Margay made on this node, without the agent. Its options stand behind it:"
              + " margayctl node cleanup --help",
      mixinStandardHelpOptions = true)
  int cleanup() {
    spec.commandLine()
        .getErr()
        .println("margayctl: write \"margayctl node cleanup\" without other words before it");
    return 2;
  }

  /** Calico's text (calicoctl node status), with the agent's name in the first line. */
  static String table(JsonNode node) {
    var out = new StringBuilder();
    out.append("Margay is running on ")
        .append(node.path("name").asText())
        .append(" (pid ")
        .append(node.path("pid").asText())
        .append(").\n");
    for (String family : new String[] {"IPv4", "IPv6"}) {
      var table = new Table("PEER ADDRESS", "PEER TYPE", "STATE", "SINCE", "INFO");
      for (JsonNode peer : node.path("peers")) {
        if (peer.path("address").asText().contains(":") == family.equals("IPv6")) {
          table.row(
              peer.path("address").asText(),
              peer.path("type").asText(),
              peer.path("state").asText(),
              peer.path("since").asText(),
              peer.path("info").asText());
        }
      }
      out.append('\n');
      if (table.isEmpty()) {
        out.append(family).append(" BGP status\nNo ").append(family).append(" peers found.\n");
      } else {
        out.append(family).append(" BGP status\n").append(table.grid());
      }
    }
    return out.append('\n').toString();
  }
}
