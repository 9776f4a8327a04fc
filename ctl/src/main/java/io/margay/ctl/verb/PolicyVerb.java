package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Table;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * {@code margayctl policy show POD}: what may reach a pod of this node, what it may reach, and why.
 */
@Command(
    name = "policy",
    description = "Network policy.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class PolicyVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description =
          "Policies and rules in force for a pod of this node, in the order of evaluation.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Question question,
      @Parameters(paramLabel = "[NAMESPACE/]POD", description = "A pod of this node.") String pod) {
    var line = spec.commandLine();
    String key = pod.contains("/") ? pod : "default/" + pod;
    return question.ask(
        root.agent(), line.getOut(), line.getErr(), "policy", Map.of("pod", key), PolicyVerb::text);
  }

  static String text(JsonNode policy) {
    var out = new StringBuilder();
    out.append("Pod:        ").append(policy.path("pod").asText()).append('\n');
    out.append("Interface:  ").append(policy.path("interface").asText()).append('\n');
    out.append("In force:   ").append(policy.path("inForce").asText()).append('\n');
    for (String direction : new String[] {"ingress", "egress"}) {
      JsonNode side = policy.path(direction);
      out.append('\n')
          .append(Character.toUpperCase(direction.charAt(0)))
          .append(direction.substring(1))
          .append(": ")
          .append(side.path("summary").asText())
          .append('\n');
      var table = new Table("ORDER", "POLICY", "RULE", "ACTION", "MATCH");
      for (JsonNode rule : side.path("rules")) {
        table.row(
            rule.path("order").asText(),
            rule.path("policy").asText(),
            rule.path("rule").asText(),
            rule.path("action").asText(),
            rule.path("match").asText());
      }
      if (!table.isEmpty()) {
        out.append(table.columns());
      }
    }
    return out.toString();
  }
}
