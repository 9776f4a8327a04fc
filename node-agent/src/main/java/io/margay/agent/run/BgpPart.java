package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.speaker.SessionChange;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.bgp.speaker.SpeakerListener;
import io.margay.bgp.speaker.SpeakerSettings;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The speaker, from the moment that it may speak; before that what it will be told is kept. */
final class BgpPart {
  private static final EventLog LOG = EventLog.of(BgpPart.class);

  private final Consumer<List<BestChange>> best;
  private final Runnable recovered;
  private volatile @Nullable Speaker speaker;
  private volatile boolean recovering;

  // What the speaker was told last; under the lock of this object.
  private Optional<SpeakerConfig> config = Optional.empty();
  private Map<Prefix, LocalRoute> originated = Map.of();
  private NextHops nextHops = _ -> NextHops.Resolution.UNREACHABLE;
  private Instant started = Instant.EPOCH;
  private Instant configured = Instant.EPOCH;

  /**
   * @param best is handed what was chosen anew, on the speaker's thread
   * @param recovered called once, behind the changes that end the recovery
   */
  BgpPart(Consumer<List<BestChange>> best, Runnable recovered) {
    this.best = best;
    this.recovered = recovered;
  }

  /** Takes what a plan says about BGP. */
  synchronized void planned(Plan plan) {
    boolean sameConfig = config.equals(plan.speaker());
    boolean sameRoutes = originated.equals(plan.originated());
    boolean sameHops = nextHops.equals(plan.nextHops());
    config = plan.speaker();
    originated = plan.originated();
    nextHops = plan.nextHops();
    Speaker now = speaker;
    if (now == null) {
      return;
    }
    if (!sameHops) {
      now.nextHops(nextHops);
    }
    if (!sameRoutes) {
      now.originate(originated);
    }
    if (!sameConfig) {
      configured = Instant.now();
      config.ifPresent(now::configure);
    }
  }

  /**
   * Opens the sessions.
   *
   * @param restarted the kernel has routes of a speaker that ran before
   */
  synchronized void start(boolean restarted) {
    long seed = System.nanoTime();
    recovering = true;
    started = Instant.now();
    configured = started;
    var fresh =
        Speaker.start(
            restarted ? SpeakerSettings.restarted(seed) : SpeakerSettings.fresh(seed),
            new Listener());
    fresh.nextHops(nextHops);
    fresh.originate(originated);
    config.ifPresent(fresh::configure);
    speaker = fresh;
    LOG.info(
        "bgp.started",
        "restarted",
        restarted,
        "peers",
        config.map(c -> c.peers().size()).orElse(0),
        "routes",
        originated.size());
    if (config.isEmpty()) {
      recovering = false;
      recovered.run();
    }
  }

  /** Ends the sessions as a restart: peers keep our routes. */
  void stop() {
    Speaker now = speaker;
    // Who asks from now on is told that there is none: a closed one answers with failures.
    speaker = null;
    if (now != null) {
      now.close();
    }
  }

  /** Routes are still being collected after a restart. */
  boolean isRecovering() {
    return recovering;
  }

  /** When the speaker began. */
  synchronized Instant started() {
    return started;
  }

  /** When it was last told of other peers. */
  synchronized Instant configured() {
    return configured;
  }

  /** 0.0.0.0 while there is no configuration. */
  synchronized Ip4 routerId() {
    return config.map(SpeakerConfig::routerId).orElse(Ip4.ANY);
  }

  /** How next hops are reached now. */
  synchronized NextHops nextHops() {
    return nextHops;
  }

  /** Empty before the speaker was started, and once it is stopped. */
  Optional<Speaker> speaker() {
    return Optional.ofNullable(speaker);
  }

  /** All peers; empty when the speaker was not started or does not answer within two seconds. */
  Optional<List<PeerView>> peers() {
    return speaker().flatMap(now -> Asked.soon(now.peers()));
  }

  /** The speaker as a whole; empty as {@link #peers} is. */
  Optional<SpeakerView> status() {
    return speaker().flatMap(now -> Asked.soon(now.status()));
  }

  private final class Listener implements SpeakerListener {
    @Override
    public void bestChanged(List<BestChange> changes) {
      best.accept(changes);
    }

    @Override
    public void sessionChanged(SessionChange change) {
      // The speaker writes its own lines.
    }

    @Override
    public void recovered(Recovered why) {
      LOG.info("bgp.recovered", "why", why);
      recovering = false;
      recovered.run();
    }
  }
}
