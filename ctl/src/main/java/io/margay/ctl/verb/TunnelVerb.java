package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.LongTable;
import io.margay.ctl.print.RowSink;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl tunnel}: how packets to other nodes leave. */
@Command(
    name = "tunnel",
    description = "How packets to other nodes leave this one, in a tunnel or as they are.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class TunnelVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description =
          "Each other node: its route, neighbour and forwarding entry as they are there, what of"
              + " them is not as it should be, and why it is sent packets so.",
      mixinStandardHelpOptions = true)
  int show(@Mixin Question question) {
    var line = spec.commandLine();
    return question.list(
        root.agent(), line.getOut(), line.getErr(), "tunnel", Map.of(), Nodes::new);
  }

  /** A line a node. */
  private static final class Nodes implements RowSink {
    private final PrintWriter out;
    private final LongTable table;
    private boolean any;

    Nodes(PrintWriter out) {
      this.out = out;
      this.table =
          new LongTable(
              out, "NODE", "FAMILY", "BLOCKS", "WAY", "ROUTE", "NEIGHBOUR", "FDB", "STATE", "WHY");
    }

    @Override
    public void row(JsonNode node) {
      any = true;
      table.row(
          node.path("node").asText(),
          node.path("family").asText(),
          blocks(node.path("blocks")),
          node.path("way").asText(),
          node.path("route").asText(),
          node.path("neighbour").asText(),
          node.path("fdb").asText(),
          node.path("state").asText(),
          why(node));
    }

    /** The first, and how many more. */
    private static String blocks(JsonNode blocks) {
      return switch (blocks.size()) {
        case 0 -> "-";
        case 1 -> blocks.get(0).asText();
        default -> blocks.get(0).asText() + " +" + (blocks.size() - 1);
      };
    }

    private static String why(JsonNode node) {
      Stream<String> drift =
          StreamSupport.stream(node.path("drift").spliterator(), false).map(JsonNode::asText);
      return Stream.concat(Stream.of(node.path("why").asText()), drift)
          .filter(text -> !text.isEmpty())
          .collect(Collectors.joining("; "));
    }

    @Override
    public void end() {
      if (any) {
        table.end();
      } else {
        out.println("There are no other nodes.");
      }
    }
  }
}
