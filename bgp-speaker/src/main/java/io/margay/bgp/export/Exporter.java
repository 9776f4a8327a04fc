package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.export.ExportVerdict.Rule;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.PolicyVerdict;
import io.margay.bgp.filter.RouteFacts;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.RouteSource;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one peer is told of a chosen route (RFC 4271, 5.1 and 9.2; RFC 4456, 8; RFC 1997; RFC 8326,
 * 4; RFC 9234, 5; RFC 9494, 4.3 and 4.6).
 */
public final class Exporter {
  private final ExportPeer peer;

  public Exporter(ExportPeer peer) {
    this.peer = peer;
  }

  public ExportVerdict judge(BestRoute route) {
    if (!peer.families().contains(route.prefix().family())) {
      return new ExportVerdict.Withhold(Rule.FAMILY_NOT_AGREED);
    }
    Optional<Rule> rule = forbidden(route);
    if (rule.isPresent()) {
      return new ExportVerdict.Withhold(rule.get());
    }
    return switch (peer.policy().evaluate(facts(route))) {
      case PolicyVerdict.Reject(var reason) -> new ExportVerdict.Refused(reason);
      case PolicyVerdict.Accept(var attributes, var reason) ->
          nextHop(route, attributes)
              .map(hop ->
                  (ExportVerdict)
                      new ExportVerdict.Send(rewritten(route, lastChoice(attributes), hop), reason))
              .orElse(new ExportVerdict.Withhold(Rule.NO_NEXT_HOP));
    };
  }

  /** The attributes of a route that is told, behind the policy and before BGP's own changes. */
  Optional<Attributes> passed(BestRoute route) {
    if (!peer.families().contains(route.prefix().family()) || forbidden(route).isPresent()) {
      return Optional.empty();
    }
    return switch (peer.policy().evaluate(facts(route))) {
      case PolicyVerdict.Reject _ -> Optional.empty();
      case PolicyVerdict.Accept(var attributes, _) ->
          nextHop(route, attributes).map(_ -> lastChoice(attributes));
    };
  }

  // RFC 8326, 4: inside the AS nobody looks for the community.
  private Attributes lastChoice(Attributes attributes) {
    if (!peer.options().leaving()) {
      return attributes;
    }
    AttributesBuilder out = attributes.toBuilder().add(Community.GRACEFUL_SHUTDOWN);
    return peer.type() == PeerType.IBGP ? out.localPref(0).build() : out.build();
  }

  private Optional<Rule> forbidden(BestRoute route) {
    List<Community> communities = route.attributes().communities();
    if (communities.contains(Community.NO_ADVERTISE)) {
      return Optional.of(Rule.NO_ADVERTISE);
    }
    boolean inside =
        communities.contains(Community.NO_EXPORT)
            || communities.contains(Community.NO_EXPORT_SUBCONFED);
    if (inside && peer.type() == PeerType.EBGP) {
      return Optional.of(Rule.NO_EXPORT);
    }
    boolean up = peer.role().map(Role::looksUp).orElse(false);
    if (up && route.attributes().onlyToCustomer().isPresent()) {
      return Optional.of(Rule.ONLY_TO_CUSTOMER);
    }
    boolean staleInside = peer.options().staleToAll() && peer.type() == PeerType.IBGP;
    if (communities.contains(Community.LLGR_STALE) && !peer.longLived() && !staleInside) {
      return Optional.of(Rule.LONG_LIVED_STALE);
    }
    return switch (route.source()) {
      case RouteSource.Local _ -> Optional.empty();
      case RouteSource.Peer(var from) -> forbidden(from, route.attributes());
    };
  }

  private Optional<Rule> forbidden(Neighbour from, Attributes attributes) {
    boolean originator = attributes.originatorId().equals(Optional.of(peer.routerId()));
    if (from.name().equals(peer.name()) || originator) {
      return Optional.of(Rule.SPLIT_HORIZON);
    }
    boolean insideOnly = from.type() == PeerType.IBGP && peer.type() == PeerType.IBGP;
    return insideOnly && !from.reflectorClient() && !peer.reflectorClient()
        ? Optional.of(Rule.IBGP_TO_IBGP)
        : Optional.empty();
  }

  private RouteFacts facts(BestRoute route) {
    OptionalLong metric =
        switch (route.source()) {
          case RouteSource.Local(LocalRoute local) -> local.metric();
          case RouteSource.Peer _ -> OptionalLong.empty();
        };
    return new RouteFacts(
        route.prefix(),
        route.attributes(),
        !route.isLocal(),
        route.interfaceName(),
        metric,
        peer.type());
  }

  // RFC 4271, 5.1.3, and Calico's nextHopMode.
  private Optional<Ip> nextHop(BestRoute route, Attributes attributes) {
    boolean self =
        switch (peer.nextHopMode()) {
          case SELF -> true;
          case KEEP -> attributes.nextHop().isEmpty();
          case AUTO -> attributes.nextHop().isEmpty() || peer.type() == PeerType.EBGP;
        };
    Family family = route.prefix().family();
    Optional<Ip> kept = attributes.nextHop().filter(hop -> !self && peer.canCarry(family, hop));
    return kept.isPresent() ? kept : peer.self(family);
  }

  private Attributes rewritten(BestRoute route, Attributes attributes, Ip nextHop) {
    // A link-local next hop is of use on the link that it came from only.
    AttributesBuilder out = attributes.toBuilder().nextHop(nextHop).linkLocal(Optional.empty());
    return switch (peer.type()) {
      case EBGP -> external(route, attributes, out);
      case IBGP -> internal(route, attributes, out);
    };
  }

  private Attributes external(BestRoute route, Attributes attributes, AttributesBuilder out) {
    out.asPath(attributes.asPath().prepend(List.of(peer.localAs())));
    out.withoutLocalPref().withoutReflection();
    boolean down = peer.role().map(Role::looksDown).orElse(false);
    if (down && attributes.onlyToCustomer().isEmpty()) {
      out.onlyToCustomer(peer.localAs());
    }
    if (!route.isLocal()) {
      // RFC 4271, 5.1.4: another AS's MED ends here.
      out.withoutMed();
    }
    return out.build();
  }

  private Attributes internal(BestRoute route, Attributes attributes, AttributesBuilder out) {
    out.localPref(attributes.effectiveLocalPref());
    if (attributes.has(Community.LLGR_STALE) && !peer.longLived()) {
      // RFC 9494, 4.6
      out.localPref(0).add(Community.NO_EXPORT);
    }
    if (route.source() instanceof RouteSource.Peer(var from) && from.type() == PeerType.IBGP) {
      // RFC 4456, 8
      if (attributes.originatorId().isEmpty()) {
        out.originatorId(from.routerId());
      }
      var clusters = new ArrayList<Ip4>(attributes.clusterList().size() + 1);
      clusters.add(peer.clusterId());
      clusters.addAll(attributes.clusterList());
      out.clusterList(clusters);
    }
    return out.build();
  }
}
