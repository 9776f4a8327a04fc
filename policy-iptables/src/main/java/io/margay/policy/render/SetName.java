package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.index.SetQuery;

/** Names an ipset: family and content in up to 31 characters. Ordered by text. */
public record SetName(String text) implements RenderKey, Comparable<SetName> {
  private static final int MAX_LENGTH = 31;

  /** The set of a query: equal queries have the same one, on every node and in Calico. */
  public static SetName of(Family family, SetQuery query) {
    return named(family, id(query));
  }

  /** A set that is always there, by its name. */
  static SetName named(Family family, String id) {
    String name = prefix(family) + id;
    return new SetName(name.length() <= MAX_LENGTH ? name : name.substring(0, MAX_LENGTH));
  }

  /** What the names of our sets of a family begin with. */
  public static String prefix(Family family) {
    return family == Family.IPV4 ? "cali40" : "cali60";
  }

  private static String id(SetQuery query) {
    String selectorId = "s:" + Digests.text(Digests.sha224("s:" + query.selector()));
    return switch (query) {
      case SetQuery.Addresses _ -> selectorId;
      case SetQuery.NamedPort(_, var protocol, String name) ->
          "n:" + Digests.text(Digests.sha224("n:" + selectorId + "," + protocol + "," + name));
    };
  }

  @Override
  public int compareTo(SetName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
