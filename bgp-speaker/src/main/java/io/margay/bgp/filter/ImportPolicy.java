package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import java.util.List;

/**
 * What is taken from a peer: filters in order, then all or nothing.
 *
 * @param acceptRest what happens to a route that no filter decided; Calico accepts it
 */
public record ImportPolicy(
    List<BgpFilter> filters, boolean acceptRest, RoutePriorities priorities) {
  /** Takes everything, as Calico does without filters. */
  public static final ImportPolicy ACCEPT =
      new ImportPolicy(List.of(), true, RoutePriorities.DEFAULT);

  /** Takes nothing. */
  public static final ImportPolicy REJECT =
      new ImportPolicy(List.of(), false, RoutePriorities.DEFAULT);

  /** BIRD's preference of routes learned by BGP. */
  public static final int PREFERENCE = 100;

  /** The preference that an elevated route gets: that of a static route. */
  public static final int ELEVATED_PREFERENCE = 200;

  public ImportPolicy {
    filters = List.copyOf(filters);
  }

  public PolicyVerdict evaluate(RouteFacts route) {
    return BgpFilter.firstVerdict(filters, route)
        .orElseGet(() ->
            acceptRest
                ? new PolicyVerdict.Accept(route.attributes(), new PolicyReason.AcceptedByDefault())
                : new PolicyVerdict.Reject(new PolicyReason.RejectedByDefault()));
  }

  /** BIRD's preference for an accepted route with these attributes. */
  public int preference(Family family, Attributes accepted) {
    return priorities.isElevated(family, accepted) ? ELEVATED_PREFERENCE : PREFERENCE;
  }
}
