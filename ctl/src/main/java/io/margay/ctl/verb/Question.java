package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Format;
import io.margay.ctl.source.AgentSocket;
import io.margay.ctl.source.NoAnswer;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Option;

/**
 * What every verb that asks the agent has in common: the output format, and what a failure looks
 * like.
 */
final class Question {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table, json or yaml (default: ${DEFAULT-VALUE}).",
      converter = FormatConverter.class,
      defaultValue = "table")
  private Format format = Format.TABLE;

  /** Asks, prints; 0, or 1 with the reason on the error stream. */
  int ask(
      AgentSocket agent,
      PrintWriter out,
      PrintWriter err,
      String verb,
      Map<String, String> arguments,
      Function<JsonNode, String> asTable) {
    try {
      out.print(format.show(agent.ask(verb, arguments), asTable));
      out.flush();
      return 0;
    } catch (NoAnswer e) {
      err.println("margayctl: " + e.getMessage());
      return 1;
    }
  }
}
