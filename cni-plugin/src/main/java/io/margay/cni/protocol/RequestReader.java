package io.margay.cni.protocol;

import io.margay.cni.protocol.CniRequest.Container;
import io.margay.cni.protocol.CniRequest.Plugin;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Environment and standard input to a request. The checks and their codes are those of libcni's
 * skeleton, so that a runtime sees the answers that it knows: variables first (4), JSON (6),
 * version (1), then the configuration (7).
 */
public final class RequestReader {
  private static final Map<String, Plugin> PLUGINS =
      Map.of("calico", Plugin.CALICO, "calico-ipam", Plugin.CALICO_IPAM);
  private static final Map<String, List<String>> REQUIRED =
      Map.of(
          "ADD", List.of("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"),
          "DEL", List.of("CNI_CONTAINERID", "CNI_IFNAME", "CNI_PATH"),
          "CHECK", List.of("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH"),
          "STATUS", List.of(),
          "GC", List.of("CNI_PATH"));
  private static final Map<String, SpecVersion> SINCE =
      Map.of("CHECK", SpecVersion.V0_4_0, "STATUS", SpecVersion.V1_1_0, "GC", SpecVersion.V1_1_0);
  // Kernel: dev_valid_name(); IFNAMSIZ is 16 with the zero byte.
  private static final Pattern INTERFACE_NAME = Pattern.compile("[^/:\\s\\x00]{1,15}");

  private RequestReader() {}

  /** What came of a call. */
  public sealed interface Read {
    /** A request that can be carried out. */
    record Good(CniRequest request) implements Read {}

    /** Not to be carried out; the answer is this error in this version. */
    record Refused(String cniVersion, CniError error) implements Read {}
  }

  /** Reads and checks a call. */
  public static Read read(RawCall call) {
    Optional<CniError> badVariable = checkVariables(call);
    if (badVariable.isPresent()) {
      return new Read.Refused(SpecVersion.NEWEST.text(), badVariable.get());
    }
    return switch (Json.parse(call.input())) {
      case Json.Parsed.Broken(var reason) ->
          new Read.Refused(
              SpecVersion.NEWEST.text(),
              new CniError(CniError.DECODE, "standard input is no network configuration", reason));
      case Json.Parsed.Document(Map<?, ?> document) -> readDocument(call, document);
      case Json.Parsed.Document _ ->
          new Read.Refused(
              SpecVersion.NEWEST.text(),
              new CniError(
                  CniError.DECODE,
                  "standard input is no network configuration",
                  "expected a JSON object"));
    };
  }

  private static Read readDocument(RawCall call, Map<?, ?> document) {
    var problems = new Problems();
    Tree root = Tree.of("network configuration", document, problems);
    String asked = root.at("cniVersion").text("");
    Optional<SpecVersion> version =
        asked.isEmpty() ? Optional.of(SpecVersion.WHEN_MISSING) : SpecVersion.parse(asked);
    if (version.isEmpty()) {
      return new Read.Refused(SpecVersion.NEWEST.text(), unsupported(asked));
    }
    String command = call.variable("CNI_COMMAND");
    SpecVersion since = SINCE.getOrDefault(command, SpecVersion.V0_1_0);
    if (!version.get().atLeast(since)) {
      return new Read.Refused(
          version.get().text(),
          new CniError(
              CniError.UNSUPPORTED_VERSION,
              "config version does not allow " + command,
              "cniVersion is "
                  + version.get().text()
                  + "; "
                  + command
                  + " came with "
                  + since.text()));
    }
    return switch (CniArgs.parse(call.variable("CNI_ARGS"))) {
      case CniArgs.Parsed.Malformed(var reason) ->
          new Read.Refused(
              version.get().text(),
              new CniError(CniError.ENVIRONMENT, "CNI_ARGS cannot be used", reason));
      case CniArgs.Parsed.Good(var args) -> {
        CniRequest request = request(call, args, root, version.get());
        yield problems.isEmpty()
            ? new Read.Good(request)
            : new Read.Refused(version.get().text(), unusable(problems));
      }
    };
  }

  private static CniRequest request(RawCall call, CniArgs args, Tree root, SpecVersion version) {
    Netconf netconf = NetconfReader.read(root, version);
    Plugin plugin = PLUGINS.getOrDefault(call.program(), Plugin.CALICO);
    String netns = call.variable("CNI_NETNS");
    var container =
        new Container(
            call.variable("CNI_CONTAINERID"),
            Optional.of(netns).filter(path -> !path.isEmpty()),
            call.variable("CNI_IFNAME"),
            args);
    Tree previous = root.at("prevResult");
    String command = call.variable("CNI_COMMAND");
    return switch (command) {
      case "ADD" ->
          new CniRequest.Add(
              plugin, netconf, container, netns, ResultFormat.read(previous, version));
      case "DEL" -> new CniRequest.Del(plugin, netconf, container);
      case "CHECK" -> {
        if (!previous.isPresent()) {
          previous.problem("the result of the ADD");
        }
        yield new CniRequest.Check(
            plugin, netconf, container, netns, ResultFormat.read(previous, version));
      }
      case "STATUS" -> new CniRequest.Status(plugin, netconf);
      case "GC" -> new CniRequest.Gc(plugin, netconf, NetconfReader.attachments(root));
      default -> throw new IllegalStateException("command " + command + " passed the checks");
    };
  }

  private static CniError unusable(Problems problems) {
    String all = problems.all().stream().map(Problem::toString).collect(Collectors.joining("\n"));
    return new CniError(CniError.CONFIG, "the network configuration cannot be used", all);
  }

  private static Optional<CniError> checkVariables(RawCall call) {
    String command = call.variable("CNI_COMMAND");
    List<String> required = REQUIRED.get(command);
    if (required == null && !command.isEmpty()) {
      return environment(
          "unknown CNI_COMMAND: " + command,
          "expected one of "
              + REQUIRED.keySet().stream().sorted().collect(Collectors.joining(", ")));
    }
    String missing =
        Stream.concat(Stream.of("CNI_COMMAND"), required == null ? Stream.of() : required.stream())
            .filter(name -> call.variable(name).isEmpty())
            .collect(Collectors.joining(","));
    if (!missing.isEmpty()) {
      return environment("required env variables [" + missing + "] missing", "");
    }
    String id = call.variable("CNI_CONTAINERID");
    if (!id.isEmpty() && !NetconfReader.IDENTIFIER.matcher(id).matches()) {
      return environment(
          "CNI_CONTAINERID is malformed",
          "\"" + id + "\"; expected letters, digits, '_', '.', '-', the first a letter or digit");
    }
    String ifName = call.variable("CNI_IFNAME");
    boolean named = INTERFACE_NAME.matcher(ifName).matches() && !ifName.matches("\\.\\.?");
    if (!ifName.isEmpty() && !named) {
      return environment(
          "CNI_IFNAME is malformed",
          "\"" + ifName + "\"; expected up to 15 characters without blank, '/' and ':'");
    }
    String netns = call.variable("CNI_NETNS");
    if (!netns.isEmpty() && !netns.startsWith("/")) {
      return environment("CNI_NETNS is malformed", "\"" + netns + "\"; expected an absolute path");
    }
    return Optional.empty();
  }

  private static Optional<CniError> environment(String msg, String details) {
    return Optional.of(new CniError(CniError.ENVIRONMENT, msg, details));
  }

  private static CniError unsupported(String asked) {
    return new CniError(
        CniError.UNSUPPORTED_VERSION,
        "unsupported CNI version",
        "config is \"" + asked + "\", plugin supports " + SpecVersion.texts());
  }
}
