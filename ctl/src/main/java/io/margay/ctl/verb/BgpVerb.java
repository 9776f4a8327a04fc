package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.RowSink;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code margayctl bgp}: sessions and routes of the speaker, with the reason for each. */
@Command(
    name = "bgp",
    description = "BGP: sessions and routes, of the agent or (with --socket) of a bgpd.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB")
final class BgpVerb {
  @ParentCommand private Margayctl root = new Margayctl();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(
      name = "summary",
      description = "The speaker and how its sessions stand.",
      mixinStandardHelpOptions = true)
  int summary(@Mixin Question question) {
    return ask(question, "bgp-summary", Map.of(), PeerText::summary);
  }

  @Command(
      name = "peers",
      description = "All sessions, with their last errors.",
      mixinStandardHelpOptions = true)
  int peers(@Mixin Question question) {
    return ask(question, "bgp-peers", Map.of(), PeerText::table);
  }

  @Command(
      name = "peer",
      description = "One session in full: capabilities, timers, counters, errors, last steps.",
      mixinStandardHelpOptions = true)
  int peer(
      @Mixin Question question,
      @Parameters(paramLabel = "PEER", description = "A session's name or address.") String peer) {
    return ask(question, "bgp-peer", Map.of("peer", peer), PeerText::full);
  }

  @Command(
      name = "routes",
      description = {
        "What all peers and this node say, and what is chosen.",
        "A network shows that one; an address what its packets may follow, the longest first."
      },
      mixinStandardHelpOptions = true)
  int routes(
      @Mixin Question question,
      @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "A network, or an address.")
          @Nullable String prefix,
      @Option(names = "--longer", description = "Also all networks inside of it.") boolean longer,
      @Option(names = "--why", description = "Each path in full, and why it is used or not.")
          boolean why) {
    Map<String, String> arguments = arguments(prefix);
    if (longer) {
      arguments.put("longer", "true");
    }
    return list(
        question,
        "bgp-routes",
        arguments,
        out -> why ? new RouteText.Explained(out) : new RouteText.Paths(out));
  }

  @Command(
      name = "received",
      description = "What a peer said, before and behind the import policy.",
      mixinStandardHelpOptions = true)
  int received(
      @Mixin Question question,
      @Parameters(paramLabel = "PEER", description = "A session's name or address.") String peer,
      @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "Only inside of it.")
          @Nullable String prefix,
      @Option(names = "--why", description = "Each route in full, also as it was received.")
          boolean why) {
    Map<String, String> arguments = arguments(prefix);
    arguments.put("peer", peer);
    return list(
        question,
        "bgp-received",
        arguments,
        out -> why ? new RouteText.Explained(out) : new RouteText.Received(out));
  }

  @Command(
      name = "advertised",
      description = "What a peer was told.",
      mixinStandardHelpOptions = true)
  int advertised(
      @Mixin Question question,
      @Parameters(paramLabel = "PEER", description = "A session's name or address.") String peer,
      @Parameters(paramLabel = "PREFIX", arity = "0..1", description = "Only inside of it.")
          @Nullable String prefix,
      @Option(names = "--all", description = "Also what it is not told, and why.") boolean all) {
    Map<String, String> arguments = arguments(prefix);
    arguments.put("peer", peer);
    if (all) {
      arguments.put("all", "true");
    }
    return list(question, "bgp-advertised", arguments, RouteText.Advertised::new);
  }

  private static Map<String, String> arguments(@Nullable String prefix) {
    var arguments = new HashMap<String, String>();
    if (prefix != null) {
      arguments.put("prefix", prefix);
    }
    return arguments;
  }

  private int ask(
      Question question,
      String verb,
      Map<String, String> arguments,
      Function<JsonNode, String> asTable) {
    var line = spec.commandLine();
    return question.ask(root.agent(), line.getOut(), line.getErr(), verb, arguments, asTable);
  }

  private int list(
      Question question,
      String verb,
      Map<String, String> arguments,
      Function<PrintWriter, RowSink> asTable) {
    var line = spec.commandLine();
    return question.list(root.agent(), line.getOut(), line.getErr(), verb, arguments, asTable);
  }
}
