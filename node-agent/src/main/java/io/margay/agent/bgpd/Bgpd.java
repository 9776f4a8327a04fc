package io.margay.agent.bgpd;

import io.margay.agent.api.Answer;
import io.margay.agent.api.ApiServer;
import io.margay.agent.run.Asked;
import io.margay.agent.run.BgpVerbs;
import io.margay.agent.stage.Install;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.StandaloneStage;
import io.margay.agent.standalone.BgpdConfig;
import io.margay.agent.view.NodeView;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.speaker.SessionChange;
import io.margay.bgp.speaker.Speaker;
import io.margay.bgp.speaker.SpeakerListener;
import io.margay.bgp.speaker.SpeakerSettings;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The running speaker. What it owns is touched on its worker's one thread. */
final class Bgpd {
  private static final EventLog LOG = EventLog.of(Bgpd.class);

  /** The worker does nothing before this object is whole. */
  private final CountDownLatch complete = new CountDownLatch(1);

  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("bgpd").daemon().factory());
  private final Speaker speaker;
  private final Map<Prefix, BestRoute> best = new HashMap<>();
  private BgpdConfig config;
  private @Nullable KernelRoutes kernel;
  private @Nullable ApiServer api;
  private KernelFacts facts = KernelFacts.NONE;
  private boolean recovered;

  /** Begins to work. */
  static Bgpd start(BgpdConfig config) throws IOException {
    var bgpd = new Bgpd(config);
    bgpd.answerAt(config.socket());
    return bgpd;
  }

  private Bgpd(BgpdConfig config) {
    this.config = config;
    worker.execute(this::awaitComplete);
    boolean before = config.install().isPresent() && openKernel(config.install().get());
    long seed = System.nanoTime();
    speaker =
        Speaker.start(
            before ? SpeakerSettings.restarted(seed) : SpeakerSettings.fresh(seed), new Listener());
    LOG.info(
        "bgpd.started",
        "asn",
        config.asn(),
        "id",
        config.speaker().routerId(),
        "neighbors",
        config.speaker().peers().size(),
        "restarted",
        before);
    HeapKeeper.start(speaker);
    worker.execute(this::tellSpeaker);
    complete.countDown();
  }

  /** Where a new file is to be handed in. */
  Executor worker() {
    return worker;
  }

  /** Takes a new file; sessions that it leaves as they were go on. Called on the worker. */
  void reload(BgpdConfig next) {
    BgpdConfig last = config;
    config = next;
    LOG.info(
        "bgpd.reloaded",
        "changed",
        !next.equals(last),
        "neighbors",
        next.speaker().peers().size(),
        "originated",
        next.originated().size());
    if (next.install().isPresent() && kernel == null) {
      openKernel(next.install().get());
    }
    if (!next.socket().equals(last.socket())) {
      try {
        answerAt(next.socket());
      } catch (IOException e) {
        LOG.error("bgpd.socket.failed", e, "socket", next.socket().map(Path::toString).orElse(""));
      }
    }
    tellSpeaker();
    tellKernel();
  }

  /** Ends as a restart: peers keep our routes, and the kernel has them. */
  void stop() {
    speaker.close();
    try {
      answerAt(Optional.empty());
    } catch (IOException e) {
      LOG.warn("bgpd.socket.left", "why", e.getMessage());
    }
  }

  private void awaitComplete() {
    try {
      complete.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a speaker that ran before has left routes there. */
  private boolean openKernel(Install install) {
    var opened = new KernelRoutes(now -> worker.execute(() -> kernelChanged(now)));
    kernel = opened;
    return opened.begin(install);
  }

  private void kernelChanged(KernelFacts now) {
    facts = now;
    tellSpeaker();
    tellKernel();
  }

  // All of it each time: the speaker compares.
  private void tellSpeaker() {
    boolean installs = config.install().isPresent();
    if (!installs) {
      best.clear();
    }
    var _ = speaker.reportRoutes(installs).thenAcceptAsync(this::reported, worker);
    List<Ip> local = installs ? StandaloneStage.localAddresses(facts) : List.of();
    speaker.nextHops(installs ? StandaloneStage.nextHops(facts) : NextHops.ALL);
    speaker.originate(config.originated());
    speaker.configure(config.speaker().withLocalAddresses(local));
  }

  // What another process left in the kernel stays until all is known that is wanted there now.
  private void reported(boolean all) {
    KernelRoutes now = kernel;
    if (all && recovered && now != null) {
      now.release();
    }
  }

  private void tellKernel() {
    KernelRoutes now = kernel;
    if (now != null) {
      Optional<Install> install = config.install();
      now.want(
          install
              .map(place -> StandaloneStage.routes(best.values(), facts, place))
              .orElse(Map.of()),
          install);
    }
  }

  private void chosen(List<BestChange> changes) {
    Optional<Install> install = config.install();
    if (install.isEmpty()) {
      return; // on its way when the file changed
    }
    for (BestChange change : changes) {
      change
          .after()
          .ifPresentOrElse(
              after -> best.put(change.prefix(), after), () -> best.remove(change.prefix()));
    }
    KernelRoutes now = kernel;
    if (now != null) {
      now.change(StandaloneStage.changes(changes, facts, install.get()));
    }
  }

  private void answerAt(Optional<Path> socket) throws IOException {
    ApiServer last = api;
    api = null;
    if (last != null) {
      last.close();
    }
    if (socket.isPresent()) {
      var verbs = new HashMap<>(new BgpVerbs(() -> Optional.of(speaker)).all());
      verbs.put("node", _ -> node());
      api = ApiServer.open(socket.get(), verbs);
    }
  }

  private Answer node() {
    return new Answer.Value(
        NodeView.of(
            config.speaker().routerId().toString(),
            ProcessHandle.current().pid(),
            Asked.soon(speaker.peers()).orElse(List.of()),
            Instant.now(),
            ZoneId.systemDefault()));
  }

  private final class Listener implements SpeakerListener {
    @Override
    public void bestChanged(List<BestChange> changes) {
      worker.execute(() -> chosen(changes));
    }

    @Override
    public void sessionChanged(SessionChange change) {
      // The speaker writes its own lines.
    }

    @Override
    public void recovered(Recovered why) {
      LOG.info("bgpd.recovered", "why", why);
      worker.execute(() -> {
        recovered = true;
        reported(config.install().isPresent());
      });
    }
  }
}
