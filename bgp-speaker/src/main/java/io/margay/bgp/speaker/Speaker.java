package io.margay.bgp.speaker;

import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A BGP speaker. All methods may be called from any thread; they hand over and return at once. What
 * is wanted (configuration, own routes, next hops) is always said whole and compared with what is
 * there.
 *
 * <p>Say own routes and next hops before the first {@link #configure}: with it the work begins, and
 * after a restart the recovery.
 */
public final class Speaker implements AutoCloseable {
  private final SpeakerCore core;
  private final Views views;

  private Speaker(SpeakerCore core) {
    this.core = core;
    this.views = new Views(core);
  }

  /** Starts the threads of a speaker that has nothing to do yet. */
  public static Speaker start(SpeakerSettings settings, SpeakerListener listener) {
    var core = new SpeakerCore(settings, listener);
    core.start();
    return new Speaker(core);
  }

  /** All peers and addresses. Sessions whose {@link PeerConfig.Link} is unchanged stay. */
  public void configure(SpeakerConfig config) {
    core.execute(() -> core.configure(config));
  }

  /** All routes of this node. */
  public void originate(Map<Prefix, LocalRoute> routes) {
    Map<Prefix, LocalRoute> all = Map.copyOf(routes);
    core.execute(() -> core.exchange().originate(all));
  }

  /** How next hops are reached from now on; routes that depend on what changed are chosen anew. */
  public void nextHops(NextHops nextHops) {
    core.execute(() -> core.exchange().nextHops(nextHops));
  }

  /** The speaker as a whole. */
  public CompletableFuture<SpeakerView> status() {
    return onCore(views::speaker);
  }

  /** All peers, in order of their addresses. */
  public CompletableFuture<List<PeerView>> peers() {
    return onCore(views::peers);
  }

  /** The routes whose prefix is wanted, with all their paths, in order of their prefixes. */
  public CompletableFuture<List<RouteView>> routes(Predicate<Prefix> wanted) {
    var answer = new CompletableFuture<List<RouteView>>();
    core.execute(() -> views.routes(wanted, answer));
    return answer;
  }

  /** What a peer was told, in order of the prefixes; nothing for an unknown one. */
  public CompletableFuture<List<AdvertisedView>> advertised(PeerKey peer) {
    return onCore(() -> views.advertised(peer));
  }

  /**
   * Ends the speaker as a restart: connections are closed without NOTIFICATION, so that peers keep
   * the routes for the restart time that they were told (RFC 4724).
   */
  @Override
  public void close() {
    core.close();
  }

  private <T> CompletableFuture<T> onCore(Supplier<T> view) {
    return CompletableFuture.supplyAsync(view, core::execute);
  }
}
