package io.margay.agent.standalone;

import io.margay.bgp.export.ExportOptions;
import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerRange;
import io.margay.bgp.speaker.PeerTimers;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.Secret;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.bgp.wire.MessageEncoder;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/** Reads one neighbor of the file. */
final class NeighborReader {
  private static final Map<String, Family> FAMILIES =
      Map.of("ipv4", Family.IPV4, "ipv6", Family.IPV6);

  /** Keys that a neighbor and a range of them have. */
  private static final List<String> COMMON =
      List.of(
          "asn",
          "source",
          "families",
          "multihop",
          "ttlSecurity",
          "nextHopSelf",
          "reflectorClient",
          "restartTime",
          "longLivedToAll",
          "gracefulShutdown",
          "password",
          "passwordFile",
          "maxPrefix",
          "import",
          "export");

  private final long localAs;
  private final long holdSeconds;
  private final boolean leaving;
  private final NamedFilters filters;
  private final Function<Path, Optional<String>> passwords;

  /**
   * Reads neighbors.
   *
   * @param leaving gracefulShutdown of neighbors that do not say it themselves
   */
  NeighborReader(
      long localAs,
      long holdSeconds,
      boolean leaving,
      NamedFilters filters,
      Function<Path, Optional<String>> passwords) {
    this.localAs = localAs;
    this.holdSeconds = holdSeconds;
    this.leaving = leaving;
    this.filters = filters;
    this.passwords = passwords;
  }

  /** Empty, with a problem noted, when address or AS number are wrong. */
  Optional<PeerConfig> read(Tree tree) {
    only(tree, "address", "port", "passive", "shutdown");
    Optional<Ip> address =
        BgpdReader.required(tree.at("address"), "an IP address").flatMap(Tree::ip);
    OptionalLong asn = BgpdReader.asn(tree.at("asn"));
    PeerConfig.Routing routing = routing(tree, isInternal(asn));
    if (address.isEmpty() || asn.isEmpty()) {
      return Optional.empty();
    }
    PeerConfig.Link link =
        link(tree, address.get(), asn.getAsLong(), tree.at("passive").flag(false));
    Optional<Integer> port =
        link.port() == SpeakerConfig.PORT ? Optional.empty() : Optional.of(link.port());
    return Optional.of(
        new PeerConfig(
            PeerConfig.sessionName(PeerKind.GLOBAL, address.get(), port),
            PeerKind.GLOBAL,
            link,
            routing,
            shutdown(tree.at("shutdown"))));
  }

  /** A text for the people at the other side, or true for none; false is as if it were missing. */
  private static Optional<String> shutdown(Tree tree) {
    if (tree.raw().orElse("") instanceof Boolean) {
      return tree.flag(false) ? Optional.of("") : Optional.empty();
    }
    Optional<String> text = tree.text();
    boolean fits =
        text.map(t -> t.getBytes(StandardCharsets.UTF_8).length).orElse(0)
            <= MessageEncoder.MAX_SHUTDOWN_TEXT;
    if (!fits) {
      tree.problem("a text of at most " + MessageEncoder.MAX_SHUTDOWN_TEXT + " bytes (RFC 9003)");
    }
    return text;
  }

  /** Neighbors of a network, each as it comes. Empty when range or AS number are wrong. */
  Optional<PeerRange> readRange(Tree tree) {
    only(tree, "range", "limit");
    Optional<Prefix> range =
        BgpdReader.required(tree.at("range"), Networks.EXPECTED).flatMap(Networks::read);
    OptionalLong asn = BgpdReader.asn(tree.at("asn"));
    PeerConfig.Routing routing = routing(tree, isInternal(asn));
    int limit = tree.at("limit").integer(1, 65_536, PeerRange.MOST);
    if (range.isEmpty() || asn.isEmpty()) {
      return Optional.empty();
    }
    PeerConfig.Link link = link(tree, range.get().address(), asn.getAsLong(), true);
    return Optional.of(new PeerRange(range.get(), limit, link, routing));
  }

  private static void only(Tree tree, String... own) {
    var all = new ArrayList<>(COMMON);
    all.addAll(SessionOptionsReader.KEYS);
    all.addAll(List.of(own));
    tree.only(all.toArray(String[]::new));
  }

  private boolean isInternal(OptionalLong asn) {
    return asn.isPresent() && asn.getAsLong() == localAs;
  }

  private PeerConfig.Link link(Tree tree, Ip address, long asn, boolean passive) {
    PeerConfig.Link link = common(tree, address, asn, passive);
    return link.withOptions(SessionOptionsReader.read(tree, asn == localAs));
  }

  private PeerConfig.Link common(Tree tree, Ip address, long asn, boolean passive) {
    return new PeerConfig.Link(
        address,
        tree.at("port").integer(1, 65535, SpeakerConfig.PORT),
        tree.at("source").ip(),
        localAs,
        asn,
        passive,
        families(tree.at("families"), address),
        timers(tree),
        reach(tree, asn == localAs),
        password(tree));
  }

  private PeerTimers timers(Tree tree) {
    PeerTimers usual = PeerTimers.CALICO.withHold(Duration.ofSeconds(holdSeconds));
    OptionalLong restart = tree.at("restartTime").integer(0, 4095); // RFC 4724, 3: twelve bits
    return restart.isPresent() ? usual.withRestart(Duration.ofSeconds(restart.getAsLong())) : usual;
  }

  private static Set<Family> families(Tree tree, Ip address) {
    var families = EnumSet.noneOf(Family.class);
    for (Tree item : tree.items()) {
      item.choice(FAMILIES).ifPresent(families::add);
    }
    if (tree.isPresent() && families.isEmpty()) {
      tree.problem("ipv4, ipv6 or both");
    }
    return families.isEmpty() ? EnumSet.of(address.family()) : families;
  }

  /** Inside an AS peers may be anywhere; another AS begins on a network of ours (BIRD, FRR). */
  private static Reach reach(Tree tree, boolean internal) {
    Tree secured = tree.at("ttlSecurity");
    if (secured.isPresent()) {
      OptionalLong hops = secured.integer(1, 254);
      return hops.isPresent() ? new Reach.Secured((int) hops.getAsLong()) : new Reach.Multihop();
    }
    return tree.at("multihop").flag(internal) ? new Reach.Multihop() : new Reach.Direct();
  }

  private Optional<Secret> password(Tree tree) {
    Tree file = tree.at("passwordFile");
    Optional<String> text = written(tree.at("password"));
    if (file.isPresent()) {
      if (text.isPresent()) {
        file.problem("nothing, as password is given");
      }
      text = file.text().map(Path::of).flatMap(passwords).map(String::strip);
      if (text.isEmpty()) {
        file.problem("a file that can be read");
      }
    }
    return text.flatMap(value -> secret(value, file.isPresent() ? file : tree.at("password")));
  }

  // A problem shows where the password stands, never what it is.
  private static Optional<String> written(Tree password) {
    if (password.isPresent() && !(password.raw().orElseThrow() instanceof String)) {
      password.with("***").problem("a text, in quotes where it is a number");
      return Optional.empty();
    }
    return password.text();
  }

  private static Optional<Secret> secret(String value, Tree place) {
    try {
      return Optional.of(new Secret(value));
    } catch (IllegalArgumentException e) {
      place.with("***").problem("1 to " + Secret.MAX_BYTES + " bytes (TCP MD5)");
      return Optional.empty();
    }
  }

  private PeerConfig.Routing routing(Tree tree, boolean internal) {
    boolean client = tree.at("reflectorClient").flag(false);
    if (client && !internal) {
      tree.at("reflectorClient").problem("false, as the neighbor is of another AS");
    }
    PeerConfig.Routing routing =
        new PeerConfig.Routing(
            tree.at("nextHopSelf").flag(false) ? NextHopMode.SELF : NextHopMode.AUTO,
            List.of(),
            client,
            0,
            imports(policy(tree.at("import"), internal), tree.at("import")),
            exports(policy(tree.at("export"), internal), tree.at("export")));
    return routing
        .withLimits(PrefixLimits.read(tree.at("maxPrefix")))
        .withExporting(exporting(tree, internal));
  }

  private ExportOptions exporting(Tree tree, boolean internal) {
    Tree staleToAll = tree.at("longLivedToAll");
    boolean stale = staleToAll.flag(false);
    if (stale && !internal) {
      staleToAll.problem("false, as the neighbor is of another AS (RFC 9494, 4.6)");
    }
    return new ExportOptions(tree.at("gracefulShutdown").flag(leaving), stale);
  }

  /** RFC 8212: what another AS gives and gets must be said. */
  private static String policy(Tree tree, boolean internal) {
    if (tree.isPresent()) {
      return tree.text("");
    }
    if (!internal) {
      tree.problem(
          "accept, reject or a filter's name, as the neighbor is of another AS (RFC 8212)");
    }
    return "accept";
  }

  private ImportPolicy imports(String word, Tree tree) {
    return switch (word) {
      case "accept" -> ImportPolicy.ACCEPT;
      case "reject" -> ImportPolicy.REJECT;
      default ->
          filters
              .imports(word)
              .map(filter ->
                  new ImportPolicy(
                      List.of(filter), ImportPolicy.Rest.REJECT, RoutePriorities.DEFAULT))
              .orElseGet(() -> {
                tree.problem("accept, reject or the name of a filter of this file");
                return ImportPolicy.REJECT;
              });
    };
  }

  private ExportPolicy exports(String word, Tree tree) {
    return switch (word) {
      case "accept" -> ExportPolicy.ACCEPT;
      case "reject" -> ExportPolicy.REJECT;
      case "originated" -> new ExportPolicy(List.of(), new ExportPolicy.Default.OriginatedOnly());
      default ->
          filters
              .exports(word)
              .map(
                  filter -> new ExportPolicy(List.of(filter), new ExportPolicy.Default.RejectAll()))
              .orElseGet(() -> {
                tree.problem("accept, reject, originated or the name of a filter of this file");
                return ExportPolicy.REJECT;
              });
    };
  }
}
