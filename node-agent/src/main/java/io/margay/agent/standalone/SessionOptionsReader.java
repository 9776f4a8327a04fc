package io.margay.agent.standalone;

import io.margay.bgp.attr.Role;
import io.margay.bgp.speaker.AddPath;
import io.margay.bgp.speaker.SessionOptions;
import io.margay.foundation.tree.Tree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what a neighbor's session has beyond the common. */
final class SessionOptionsReader {
  /** The keys that are read here. */
  static final List<String> KEYS =
      List.of(
          "role",
          "strictRole",
          "extendedNextHop",
          "addPath",
          "addPathLimit",
          "longLivedStaleTime",
          "delayOpen");

  private static final Map<String, Role> ROLES =
      Map.of(
          "provider", Role.PROVIDER,
          "routeServer", Role.ROUTE_SERVER,
          "routeServerClient", Role.ROUTE_SERVER_CLIENT,
          "customer", Role.CUSTOMER,
          "peer", Role.PEER);

  private static final Map<String, AddPath> PATHS =
      Map.of(
          "none", AddPath.NONE,
          "receive", AddPath.RECEIVE,
          "send", AddPath.SEND,
          "both", AddPath.BOTH);

  /** The peer ends a connection on which nothing comes after four minutes (RFC 4271, 8.2.2). */
  private static final long MOST_DELAY = 240;

  private SessionOptionsReader() {}

  static SessionOptions read(Tree neighbor, boolean internal) {
    Tree addPath = neighbor.at("addPath");
    AddPath paths =
        (addPath.isPresent() ? addPath.choice(PATHS) : Optional.<AddPath>empty())
            .orElse(AddPath.NONE);
    int most =
        neighbor.at("addPathLimit").integer(1, SessionOptions.ALL_PATHS, SessionOptions.ALL_PATHS);
    SessionOptions options =
        SessionOptions.NONE
            .withExtendedNextHop(neighbor.at("extendedNextHop").flag(false))
            .withAddPath(paths, most)
            .withLongLived(
                seconds(
                    neighbor.at("longLivedStaleTime"), SessionOptions.MOST_LONG_LIVED.toSeconds()))
            .withDelayOpen(seconds(neighbor.at("delayOpen"), MOST_DELAY));
    Tree role = neighbor.at("role");
    boolean strict = neighbor.at("strictRole").flag(false);
    if (role.isPresent() && internal) {
      role.problem("no role, as the neighbor is of the own AS (RFC 9234)");
      return options;
    }
    Optional<Role> own = role.isPresent() ? role.choice(ROLES) : Optional.empty();
    return own.map(r -> options.withRole(r, strict)).orElse(options);
  }

  private static Duration seconds(Tree tree, long most) {
    return Duration.ofSeconds(tree.integer(0, most).orElse(0));
  }
}
