package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.PolicyVerdict;
import io.margay.bgp.filter.RouteFacts;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Whether a received route takes part in the decision, and with which attributes. */
final class Importer {
  /** Accepted, or not and why. */
  record Result(Attributes attributes, int preference, @Nullable Exclusion exclusion) {}

  private Importer() {}

  static Result evaluate(
      Identity self, AdjRibIn from, Prefix prefix, Attributes received, NextHops nextHops) {
    Exclusion exclusion = loopOrBadNextHop(self, from.neighbour(), received);
    if (exclusion != null) {
      return new Result(received, 0, exclusion);
    }
    ImportPolicy policy = from.policy();
    var facts =
        new RouteFacts(
            prefix,
            received,
            true,
            interfaceName(received, nextHops),
            OptionalLong.empty(),
            from.neighbour().type());
    return switch (policy.evaluate(facts)) {
      case PolicyVerdict.Accept(var accepted, _) -> {
        Attributes attributes = marked(from.neighbour(), leaving(from.neighbour(), accepted));
        yield new Result(attributes, policy.preference(prefix.family(), attributes), null);
      }
      case PolicyVerdict.Reject(var reason) ->
          new Result(received, 0, new Exclusion.Policy(reason));
    };
  }

  // RFC 8326, 4: what one side is about to take down is the last choice of both.
  private static Attributes leaving(Neighbour peer, Attributes attributes) {
    boolean theirs = peer.type() == PeerType.EBGP && attributes.has(Community.GRACEFUL_SHUTDOWN);
    return theirs || peer.leaving() ? attributes.toBuilder().localPref(0).build() : attributes;
  }

  // RFC 9234, 5: what comes from above or from beside goes down only from here on.
  private static Attributes marked(Neighbour peer, Attributes attributes) {
    boolean down = peer.role().map(Role::looksUp).orElse(false);
    return down && attributes.onlyToCustomer().isEmpty()
        ? attributes.toBuilder().onlyToCustomer(peer.asn()).build()
        : attributes;
  }

  private static boolean isLeak(Neighbour peer, long onlyToCustomer) {
    return peer.role()
        .map(role -> role.looksUp() ? role == Role.PEER && onlyToCustomer != peer.asn() : true)
        .orElse(false);
  }

  private static @Nullable Exclusion loopOrBadNextHop(
      Identity self, Neighbour peer, Attributes attributes) {
    if (attributes.asPath().count(peer.localAs()) > peer.allowedLocalAs()) {
      return new Exclusion.AsLoop(peer.localAs());
    }
    if (peer.type() == PeerType.IBGP) {
      if (attributes.originatorId().equals(Optional.of(self.routerId()))) {
        return new Exclusion.OriginatorLoop();
      }
      if (self.clusterId().isPresent()
          && attributes.clusterList().contains(self.clusterId().get())) {
        return new Exclusion.ClusterLoop();
      }
    }
    OptionalLong otc = attributes.onlyToCustomer();
    if (otc.isPresent() && isLeak(peer, otc.getAsLong())) {
      return new Exclusion.RouteLeak(otc.getAsLong());
    }
    Ip nextHop = attributes.nextHop().orElseThrow();
    return !canBeNextHop(nextHop) || self.addresses().contains(nextHop)
        ? new Exclusion.BadNextHop(nextHop)
        : null;
  }

  // RFC 4271, 5.1.3 and 6.3. Link-local ones can: a neighbour on the same wire may have no other.
  static boolean canBeNextHop(Ip nextHop) {
    return switch (nextHop) {
      case Ip4(int bits) -> {
        int first = bits >>> 24;
        yield first != 0 && first != 127 && first < 224;
      }
      case Ip6 ip -> ip.isLinkLocal() || ip.isGlobalUnicast();
    };
  }

  private static Optional<String> interfaceName(Attributes attributes, NextHops nextHops) {
    return nextHops.resolve(attributes.nextHop().orElseThrow())
            instanceof NextHops.Resolution.Reached(_, var name)
        ? name
        : Optional.empty();
  }
}
