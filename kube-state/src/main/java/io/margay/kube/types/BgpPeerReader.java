package io.margay.kube.types;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.tree.Tree;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a BGPPeer. */
final class BgpPeerReader {
  /** RFC 4271, 4.2: a hold time has 16 bits, and keepalives come three times in it. */
  private static final int MOST_KEEPALIVE = 65535 / 3;

  private static final Map<String, BgpPeer.NextHopMode> NEXT_HOP_MODES =
      Words.of(
          "Auto", BgpPeer.NextHopMode.AUTO,
          "Self", BgpPeer.NextHopMode.SELF,
          "Keep", BgpPeer.NextHopMode.KEEP);
  private static final Map<String, Boolean> SOURCES = Words.of("UseNodeIP", true, "None", false);
  private static final Map<String, Boolean> REVERSE = Words.of("Auto", true, "Manual", false);

  private BgpPeerReader() {}

  static Optional<BgpPeer> read(StoredObject object) {
    Tree spec = object.spec();
    Optional<NodeName> node = given(spec.at("node")).map(object.interner()::nodeName);
    Optional<String> nodeSelector = given(spec.at("nodeSelector"));
    if (node.isPresent() && nodeSelector.isPresent()) {
      spec.at("nodeSelector").problem("none, as node is set");
    }
    int hops = spec.at("ttlSecurity").integer(0, 255, 0);
    return peer(spec)
        .map(peer ->
            new BgpPeer(
                object.meta().name(),
                node,
                nodeSelector.orElse(""),
                peer,
                asNumber(spec.at("localASNumber")),
                nextHopMode(spec),
                SecretKey.read(spec.at("password")),
                Words.read(spec.at("sourceAddress"), SOURCES).orElse(true),
                BgpConfigurationReader.restartTime(spec.at("maxRestartTime")),
                GoDuration.seconds(spec.at("keepaliveTime"), 1, MOST_KEEPALIVE),
                spec.at("numAllowedLocalASNumbers").integer(0, 255, 0),
                hops == 0 ? OptionalInt.empty() : OptionalInt.of(hops),
                given(spec.at("reachableBy")).flatMap(_ -> spec.at("reachableBy").ip()),
                BgpConfigurationReader.texts(spec.at("filters")),
                Words.read(spec.at("reversePeering"), REVERSE).orElse(true),
                BgpConfigurationReader.ebgpRequiresPolicy(object)));
  }

  private static Optional<BgpPeer.Peer> peer(Tree spec) {
    Optional<String> address = given(spec.at("peerIP"));
    Optional<String> nodes = given(spec.at("peerSelector"));
    Optional<String> workloads = given(spec.at("localWorkloadSelector"));
    Optional<AsNumber> asNumber = asNumber(spec.at("asNumber"));
    if (workloads.isPresent()) {
      refuseBeside(spec, "localWorkloadSelector", "peerIP", "peerSelector");
      if (asNumber.isEmpty()) {
        spec.at("asNumber").problem("a number, as localWorkloadSelector is set");
      }
      return asNumber.map(as -> new BgpPeer.Peer.LocalWorkloads(workloads.get(), as));
    }
    if (nodes.isPresent()) {
      refuseBeside(spec, "peerSelector", "peerIP", "asNumber");
      return Optional.of(new BgpPeer.Peer.Nodes(nodes.get()));
    }
    if (address.isEmpty()) {
      spec.at("peerIP")
          .problem("an address, as neither peerSelector nor localWorkloadSelector is set");
      return Optional.empty();
    }
    return spec.at("peerIP")
        .parsed(
            text -> address(text, asNumber),
            "an address such as 10.0.0.1, 10.0.0.1:1179 or [fd00::1]:1179");
  }

  private static void refuseBeside(Tree spec, String given, String... others) {
    for (String other : others) {
      Tree tree = spec.at(other);
      boolean unset = tree.raw().filter(v -> !v.equals("") && !v.equals(0)).isEmpty();
      if (!unset) {
        tree.problem("none, as " + given + " is set");
      }
    }
  }

  private static Optional<AsNumber> asNumber(Tree tree) {
    return BgpConfigurationReader.asNumber(tree);
  }

  private static Optional<BgpPeer.Peer> address(String text, Optional<AsNumber> asNumber) {
    Optional<Ip> plain = Ip.parse(text);
    if (plain.isPresent()) {
      return Optional.of(new BgpPeer.Peer.Address(plain.get(), OptionalInt.empty(), asNumber));
    }
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String host = text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    Optional<Ip> ip = Ip.parse(bracketed ? host.substring(1, host.length() - 1) : host);
    String digits = text.substring(colon + 1);
    boolean number = digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = number && !digits.isEmpty() ? Integer.parseInt(digits) : 0;
    boolean sixWithout = ip.isPresent() && host.indexOf(':') >= 0 && !bracketed;
    return port < 1 || port > 65535 || sixWithout
        ? Optional.empty()
        : ip.map(i -> new BgpPeer.Peer.Address(i, OptionalInt.of(port), asNumber));
  }

  private static BgpPeer.NextHopMode nextHopMode(Tree spec) {
    Tree mode = spec.at("nextHopMode");
    if (given(mode).isPresent()) {
      return Words.read(mode, NEXT_HOP_MODES).orElse(BgpPeer.NextHopMode.AUTO);
    }
    return spec.at("keepOriginalNextHop").flag(false)
        ? BgpPeer.NextHopMode.KEEP_FOR_EBGP
        : BgpPeer.NextHopMode.AUTO;
  }

  private static Optional<String> given(Tree tree) {
    return tree.text().filter(text -> !text.isEmpty());
  }
}
