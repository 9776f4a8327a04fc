package io.margay.bgp.speaker;

import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.view.AdvertisedView;
import io.margay.bgp.view.Part;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A BGP speaker. All methods may be called from any thread; they hand over and return at once. What
 * is wanted (configuration, own routes, next hops) is always said whole and compared with what is
 * there. A view that the speaker cannot answer any more, since it is closed, fails.
 *
 * <p>Say own routes and next hops before the first {@link #configure}: with it the work begins, and
 * after a restart the recovery.
 */
public final class Speaker implements AutoCloseable {
  private final SpeakerCore core;
  private final Views views;
  private final Map<Long, CompletableFuture<?>> unanswered = new ConcurrentHashMap<>();
  private final AtomicLong questions = new AtomicLong();
  private volatile boolean closed;

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

  /**
   * Whether the listener hears of chosen routes from now on. It does until another thing is said; a
   * speaker whose routes nobody installs is faster and smaller without.
   *
   * @return when the listener was told of all routes, if they are wanted now and were not before
   */
  public CompletableFuture<Boolean> reportRoutes(boolean wanted) {
    return ask(answer -> core.exchange().report(wanted, () -> answer.complete(wanted)));
  }

  /** The speaker as a whole. */
  public CompletableFuture<SpeakerView> status() {
    return onCore(views::speaker);
  }

  /** All peers, in order of their addresses. */
  public CompletableFuture<List<PeerView>> peers() {
    return onCore(views::peers);
  }

  /**
   * The routes inside a network with all their paths, in parts.
   *
   * @param inside all of a family with {@code 0.0.0.0/0} or {@code ::/0}
   * @param from where the part begins: {@code inside}, then what the part before says
   */
  public CompletableFuture<Part<RouteView>> routes(Prefix inside, Prefix from) {
    return onCore(() -> views.routes(inside, from));
  }

  /**
   * What a packet to an address may follow: the most specific prefix of all that are known, then
   * shorter ones up to the first that is used.
   */
  public CompletableFuture<List<RouteView>> towards(Ip address) {
    return onCore(() -> views.towards(address));
  }

  /**
   * What a peer said, in parts as {@link #routes} has them: its paths as received and behind the
   * import policy, with what became of each. Empty for a peer that is not known.
   */
  public CompletableFuture<Optional<Part<RouteView>>> received(
      PeerKey peer, Prefix inside, Prefix from) {
    return onCore(() -> views.received(peer, inside, from));
  }

  /**
   * What a peer was told, and what it is not told with the reason, in parts as {@link #routes} has
   * them. Empty for a peer that is not known.
   */
  public CompletableFuture<Optional<Part<AdvertisedView>>> advertised(
      PeerKey peer, Prefix inside, Prefix from) {
    return onCore(() -> views.advertised(peer, inside, from));
  }

  /**
   * Ends the speaker as a restart: connections are closed without NOTIFICATION, so that peers keep
   * the routes for the restart time that they were told (RFC 4724).
   */
  @Override
  public void close() {
    closed = true;
    core.close();
    unanswered.values().forEach(Speaker::refuse);
  }

  private <T> CompletableFuture<T> onCore(Supplier<T> view) {
    return ask(answer -> answer.complete(view.get()));
  }

  private <T> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> question) {
    var answer = new CompletableFuture<T>();
    long number = questions.getAndIncrement();
    unanswered.put(number, answer);
    var _ = answer.whenComplete((_, _) -> unanswered.remove(number));
    core.execute(() -> Views.answering(answer, () -> question.accept(answer)));
    if (closed) {
      // Its turn may never come; if it has come, this changes nothing.
      refuse(answer);
    }
    return answer;
  }

  private static void refuse(CompletableFuture<?> answer) {
    answer.completeExceptionally(new IllegalStateException("the speaker is closed"));
  }
}
