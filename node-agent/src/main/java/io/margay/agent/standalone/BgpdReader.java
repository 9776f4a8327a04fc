package io.margay.agent.standalone;

import io.margay.agent.stage.Install;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerKey;
import io.margay.bgp.speaker.PeerRange;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads the file's upper level. */
final class BgpdReader {
  /** Largest number of a four-octet AS (RFC 6793). */
  static final long LAST_AS = 0xffff_ffffL;

  /** A tebibyte. */
  private static final int MOST_MEBIBYTES = 1 << 20;

  private final Tree root;
  private final Function<Path, Optional<String>> passwords;

  BgpdReader(Tree root, Function<Path, Optional<String>> passwords) {
    this.root = root;
    this.passwords = passwords;
  }

  /** Empty, with a problem noted, when something that everything depends on is wrong. */
  Optional<BgpdConfig> read() {
    root.only(
        "asn",
        "routerId",
        "clusterId",
        "listen",
        "socket",
        "install",
        "holdTime",
        "gracefulShutdown",
        "tableLimit",
        "originate",
        "filters",
        "neighbors",
        "dynamicNeighbors");
    OptionalLong asn = asn(root.at("asn"));
    Optional<Ip4> routerId = id(root.at("routerId"));
    if (!root.at("routerId").isPresent()) {
      root.at("routerId").problem("an IPv4 address that is this speaker's alone");
    }
    Optional<Ip4> clusterId = id(root.at("clusterId"));
    List<SpeakerConfig.Listen> listen = listen(root.at("listen"));
    Optional<Path> socket = socket(root.at("socket"));
    Optional<Install> install = InstallReader.read(root.at("install"));
    Map<Prefix, LocalRoute> originated = originated(root.at("originate"));
    NeighborReader reader = neighborReader(asn.orElse(0));
    List<PeerConfig> neighbors = neighbors(reader);
    List<PeerRange> ranges = ranges(reader);
    if (asn.isEmpty() || routerId.isEmpty()) {
      return Optional.empty();
    }
    boolean reflects =
        neighbors.stream().anyMatch(peer -> peer.routing().reflectorClient())
            || ranges.stream().anyMatch(range -> range.routing().reflectorClient());
    var speaker =
        new SpeakerConfig(
            routerId.get(),
            // RFC 4456, 7: without a cluster of its own a reflector is known by its router id.
            clusterId.or(() -> reflects ? routerId : Optional.empty()),
            listen,
            List.of(),
            neighbors,
            ranges,
            mebibytes(root.at("tableLimit")));
    return Optional.of(new BgpdConfig(asn.getAsLong(), speaker, originated, socket, install));
  }

  private static OptionalLong mebibytes(Tree tree) {
    OptionalLong value = tree.integer(1, MOST_MEBIBYTES);
    return value.isPresent() ? OptionalLong.of(value.getAsLong() << 20) : value;
  }

  /** An AS number that must stand here. */
  static OptionalLong asn(Tree tree) {
    if (!tree.isPresent()) {
      tree.problem("an AS number, 1 to " + LAST_AS);
      return OptionalLong.empty();
    }
    return tree.integer(1, LAST_AS);
  }

  private static Optional<Ip4> id(Tree tree) {
    return tree.parsed(
        text ->
            Ip.parse(text)
                .filter(ip -> ip instanceof Ip4 id && id.bits() != 0)
                .map(Ip4.class::cast),
        "an IPv4 address other than 0.0.0.0");
  }

  private static List<SpeakerConfig.Listen> listen(Tree tree) {
    if (!tree.isPresent()) {
      return List.of(
          new SpeakerConfig.Listen(Ip.of("0.0.0.0"), SpeakerConfig.PORT),
          new SpeakerConfig.Listen(Ip.of("::"), SpeakerConfig.PORT));
    }
    var all = new ArrayList<SpeakerConfig.Listen>();
    for (Tree item : tree.items()) {
      item.only("address", "port");
      int port = item.at("port").integer(1, 65535, SpeakerConfig.PORT);
      required(item.at("address"), "an IP address")
          .flatMap(Tree::ip)
          .ifPresent(ip -> all.add(new SpeakerConfig.Listen(ip, port)));
    }
    return all;
  }

  /** The value itself; noted, and empty, when nothing stands here. */
  static Optional<Tree> required(Tree tree, String expected) {
    if (tree.isPresent()) {
      return Optional.of(tree);
    }
    tree.problem(expected);
    return Optional.empty();
  }

  // Written as null, or as nothing behind the colon, the speaker answers nowhere.
  private Optional<Path> socket(Tree tree) {
    if (!root.entries().containsKey("socket")) {
      return Optional.of(BgpdConfig.SOCKET);
    }
    return tree.text().map(Path::of);
  }

  private static Map<Prefix, LocalRoute> originated(Tree tree) {
    var routes = new TreeMap<Prefix, LocalRoute>();
    for (Tree item : tree.items()) {
      Networks.read(item)
          .ifPresent(prefix -> routes.put(prefix, LocalRoute.of(prefix, LocalRoute.Kind.STATIC)));
    }
    return routes;
  }

  private NeighborReader neighborReader(long asn) {
    long hold = root.at("holdTime").integer(0, 65535).orElse(90);
    if (hold == 1 || hold == 2) {
      root.at("holdTime").problem("0, or 3 to 65535 seconds"); // RFC 4271, 4.2
      hold = 0;
    }
    boolean leaving = root.at("gracefulShutdown").flag(false);
    return new NeighborReader(asn, hold, leaving, NamedFilters.read(root.at("filters")), passwords);
  }

  private List<PeerRange> ranges(NeighborReader reader) {
    var all = new ArrayList<PeerRange>();
    var known = new HashSet<Prefix>();
    for (Tree item : root.at("dynamicNeighbors").items()) {
      Optional<PeerRange> range = reader.readRange(item);
      if (range.isPresent() && !known.add(range.get().range())) {
        item.at("range").problem("a network that stands here once");
      } else {
        range.ifPresent(all::add);
      }
    }
    return all;
  }

  private List<PeerConfig> neighbors(NeighborReader reader) {
    var all = new ArrayList<PeerConfig>();
    var known = new HashSet<PeerKey>();
    for (Tree item : root.at("neighbors").items()) {
      Optional<PeerConfig> peer = reader.read(item);
      if (peer.isPresent() && !known.add(peer.get().key())) {
        item.at("address").problem("an address and port that no other neighbor has");
      } else {
        peer.ifPresent(all::add);
      }
    }
    return all;
  }
}
