package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Table;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl ipam show}: pools and blocks with their use, in calicoctl's columns. */
@Command(
    name = "ipam",
    description = "Addresses.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class IpamVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "show",
      description = "Pools (and blocks) with their use, or who has an address.",
      mixinStandardHelpOptions = true)
  int show(
      @Mixin Question question,
      @Option(names = "--show-blocks", description = "Blocks under each pool.") boolean blocks,
      @Option(names = "--ip", paramLabel = "ADDRESS", description = "Who has this address.")
          @Nullable String ip) {
    var line = spec.commandLine();
    Map<String, String> arguments = new HashMap<>();
    if (ip != null) {
      arguments.put("ip", ip);
      return question.ask(
          root.agent(), line.getOut(), line.getErr(), "ipam-address", arguments, IpamVerb::address);
    }
    return question.ask(
        root.agent(), line.getOut(), line.getErr(), "ipam", arguments, a -> table(a, blocks));
  }

  static String table(JsonNode ipam, boolean blocks) {
    var table = new Table("GROUPING", "CIDR", "IPS TOTAL", "IPS IN USE", "IPS FREE");
    for (JsonNode pool : ipam.path("pools")) {
      row(table, "IP Pool", pool);
      if (blocks) {
        pool.path("blocks").forEach(block -> row(table, "Block", block));
      }
    }
    return table.grid();
  }

  static String address(JsonNode address) {
    String ip = address.path("ip").asText();
    if (!address.path("assigned").asBoolean()) {
      return ip + " is not assigned\n";
    }
    var out = new StringBuilder("IP " + ip + " is in use\n");
    out.append("Handle ID: ").append(address.path("handle").asText("<none>")).append('\n');
    out.append("Active Owner Attributes:\n");
    address
        .path("attributes")
        .properties()
        .forEach(e ->
            out.append("  ")
                .append(e.getKey())
                .append(": ")
                .append(e.getValue().asText())
                .append('\n'));
    return out.toString();
  }

  private static void row(Table table, String grouping, JsonNode range) {
    double total = range.path("total").asDouble();
    double used = range.path("inUse").asDouble();
    table.row(
        grouping,
        range.path("cidr").asText(),
        number(total),
        number(used) + " (" + Math.round(100 * used / total) + "%)",
        number(total - used) + " (" + Math.round(100 * (total - used) / total) + "%)");
  }

  /** Five significant digits as C's and Go's %.5g prints them; 65536 stays 65536. */
  static String number(double value) {
    if (value < 100_000) {
      return String.valueOf(Math.round(value));
    }
    String text = String.format(Locale.ROOT, "%.4e", value);
    String mantissa = text.substring(0, text.indexOf('e')).replaceAll("\\.?0+$", "");
    return mantissa + text.substring(text.indexOf('e'));
  }
}
