package io.margay.bgp.speaker;

import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * A BGP speaker. All methods may be called from any thread; they hand over and return at once. What
 * is wanted (configuration, own routes, next hops) is always said whole and compared with what is
 * there.
 */
public final class Speaker implements AutoCloseable {
  private Speaker() {}

  /** Starts the threads of a speaker that has nothing to do yet. */
  public static Speaker start(SpeakerSettings settings, SpeakerListener listener) {
    return new Speaker();
  }

  /** All peers and addresses. Sessions whose {@link PeerConfig.Link} is unchanged stay. */
  public void configure(SpeakerConfig config) {}

  /** All routes of this node. */
  public void originate(Map<Prefix, LocalRoute> routes) {}

  /** How next hops are reached from now on; routes that depend on what changed are chosen anew. */
  public void nextHops(NextHops nextHops) {}

  /** All peers, in order of their addresses. */
  public CompletableFuture<List<PeerView>> peers() {
    return CompletableFuture.completedFuture(List.of());
  }

  /** The routes whose prefix is wanted, with all their paths, in order of their prefixes. */
  public CompletableFuture<List<RouteView>> routes(Predicate<Prefix> wanted) {
    return CompletableFuture.completedFuture(List.of());
  }

  /** What a peer was told; nothing for an unknown one. */
  public CompletableFuture<List<AdvertisedView>> advertised(PeerKey peer) {
    return CompletableFuture.completedFuture(List.of());
  }

  /**
   * Ends the speaker as a restart: connections are closed without NOTIFICATION, so that peers keep
   * the routes for the restart time that they were told (RFC 4724).
   */
  @Override
  public void close() {}
}
