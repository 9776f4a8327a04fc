package io.margay.bgp.filter;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.Attributes;
import java.util.List;

/** A change that an accepting rule makes to a route (BGPFilter: operations). */
public sealed interface Operation {
  /** Adds a community unless it is there. */
  record AddCommunity(AnyCommunity community) implements Operation {}

  /** Puts these AS numbers in front of the path, in this order. */
  record PrependAsPath(List<Long> asns) implements Operation {
    public PrependAsPath {
      asns = List.copyOf(asns);
    }
  }

  /** Sets the priority, which travels as LOCAL_PREF. */
  record SetPriority(long priority) implements Operation {}

  /** The attributes with this change. */
  default Attributes apply(Attributes attributes) {
    return switch (this) {
      case AddCommunity(var community) -> attributes.toBuilder().add(community).build();
      case PrependAsPath(var asns) ->
          attributes.toBuilder().asPath(attributes.asPath().prepend(asns)).build();
      case SetPriority(var priority) ->
          attributes.toBuilder().localPref(RoutePriorities.localPref(priority)).build();
    };
  }
}
