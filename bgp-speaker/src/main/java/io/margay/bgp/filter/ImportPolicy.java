package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import java.util.List;

/**
 * What is taken from a peer: filters in order, then all or nothing.
 *
 * @param rest what happens to a route that no filter decided; Calico accepts it
 */
public record ImportPolicy(List<BgpFilter> filters, Rest rest, RoutePriorities priorities) {
  /** What happens to a route that no filter decided. */
  public enum Rest {
    ACCEPT,
    REJECT,
    /** It is not taken, as nobody said what is (RFC 8212). */
    NO_POLICY
  }

  /** Takes everything, as Calico does without filters. */
  public static final ImportPolicy ACCEPT =
      new ImportPolicy(List.of(), Rest.ACCEPT, RoutePriorities.DEFAULT);

  /** Takes nothing. */
  public static final ImportPolicy REJECT =
      new ImportPolicy(List.of(), Rest.REJECT, RoutePriorities.DEFAULT);

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
            switch (rest) {
              case ACCEPT ->
                  new PolicyVerdict.Accept(
                      route.attributes(), new PolicyReason.AcceptedByDefault());
              case REJECT -> new PolicyVerdict.Reject(new PolicyReason.RejectedByDefault());
              case NO_POLICY -> new PolicyVerdict.Reject(new PolicyReason.NoPolicy());
            });
  }

  /** BIRD's preference for an accepted route with these attributes. */
  public int preference(Family family, Attributes accepted) {
    return priorities.isElevated(family, accepted) ? ELEVATED_PREFERENCE : PREFERENCE;
  }
}
