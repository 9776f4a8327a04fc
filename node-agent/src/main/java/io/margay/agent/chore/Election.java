package io.margay.agent.chore;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.kube.client.ApiException;
import io.margay.kube.lease.LeaseMachine;
import io.margay.kube.lease.LeaseMachine.Settings;
import io.margay.kube.lease.LeaseMachine.State;
import io.margay.kube.lease.LeaseMachine.Step;
import io.margay.kube.lease.LeaseMachine.Wish;
import io.margay.kube.lease.LeaseRecord;
import io.margay.kube.store.LeaseStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Takes part in the election of the agent that does the chores, on a virtual thread, and does them
 * when it is elected.
 */
public final class Election {
  private static final EventLog LOG = EventLog.of(Election.class);

  /** What the API server refuses as such is not asked for every two seconds. */
  private static final Duration FORBIDDEN_PAUSE = Duration.ofMinutes(1);

  private static final Duration LAST_WAIT = Duration.ofSeconds(1);
  private static final int FORBIDDEN = 403;

  private final LeaseStore store;
  private final Settings settings;
  private final ChoreRunner runner;
  private final Supplier<Optional<String>> standsBack;
  private final IntSupplier nodes;
  private final Clock clock;
  private final InstantSource wall;
  private final Thread thread = Thread.ofVirtual().name("election").unstarted(this::work);

  private final AtomicBoolean started = new AtomicBoolean();
  private volatile State state = new State.Unknown();
  private volatile String doing = "waits until the cluster is known";

  // Owned by the thread.
  private Optional<OneTerm> term = Optional.empty();
  private String told = "";
  private boolean failing;

  /** A term that was begun; over when the thread has seen that it is, and whenever time says so. */
  private final class OneTerm implements Term {
    private volatile boolean over;

    @Override
    public boolean holds() {
      return !over && isElected();
    }
  }

  /**
   * Who takes part, and when not.
   *
   * @param identity of this process, nobody else's
   * @param standsBack why this cluster wants no agent to do chores; empty when it does
   * @param nodes how many the cluster has
   */
  public record Candidate(
      String identity, Supplier<Optional<String>> standsBack, IntSupplier nodes) {}

  public Election(
      LeaseStore store, Candidate candidate, List<Chore> chores, Clock clock, InstantSource wall) {
    this(
        store,
        candidate,
        chores,
        clock,
        wall,
        // Another agent leads at most 8 + 3 + 2 s after the death of this one: LeaseMachine.
        new Settings(
            candidate.identity(),
            Duration.ofSeconds(8),
            Duration.ofSeconds(6),
            Duration.ofSeconds(2)));
  }

  Election(
      LeaseStore store,
      Candidate candidate,
      List<Chore> chores,
      Clock clock,
      InstantSource wall,
      Settings settings) {
    this.store = store;
    this.settings = settings;
    this.runner = new ChoreRunner(chores);
    this.standsBack = candidate.standsBack();
    this.nodes = candidate.nodes();
    this.clock = clock;
    this.wall = wall;
  }

  /** Begins; returns at once. Does nothing when it has begun. */
  public void start() {
    if (started.compareAndSet(false, true)) {
      thread.start();
    }
  }

  /** Whether this agent is the elected one. */
  public boolean isElected() {
    return LeaseMachine.holds(state, settings, clock.nanos());
  }

  /** Who does the chores, or why nobody does as far as this agent sees; for people. */
  public String doing() {
    return doing;
  }

  /** Ends, and gives the lease back if it has it, so that the next need not wait. */
  public void stop() {
    if (!started.get()) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(LAST_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    try {
      while (true) {
        Thread.sleep(safeTurn());
      }
    } catch (InterruptedException e) {
      LOG.debug("chore.election.stopped");
    } finally {
      giveBack();
    }
  }

  /** A turn that fails is a bug of ours; a term ends by its time all the same. */
  private Duration safeTurn() {
    try {
      return turn();
    } catch (RuntimeException e) {
      if (!failing) {
        LOG.error("chore.election.failed", e, "lease", store.name());
      }
      failing = true;
      follow();
      return settings.duration();
    }
  }

  /** One look; how long to wait for the next. */
  private Duration turn() {
    Optional<String> reason = standsBack.get();
    if (reason.isPresent()) {
      tell("chore.stands_back", reason.get(), reason.get());
      giveBack();
      return settings.duration();
    }
    try {
      if (!renew()) {
        look();
      }
    } catch (ApiException e) {
      state = LeaseMachine.failed(state, settings, clock.nanos());
      follow();
      return failed(e);
    }
    follow();
    failing = false;
    return LeaseMachine.pause(state, settings, nodes.getAsInt(), wall.instant());
  }

  /** The holder's one request a turn; false when somebody else has written, or it is not held. */
  private boolean renew() {
    long sent = clock.nanos();
    Optional<LeaseRecord> stored =
        LeaseMachine.renewal(state, settings, wall.instant()).flatMap(store::replace);
    stored.ifPresent(lease -> state = LeaseMachine.written(lease, sent));
    return stored.isPresent();
  }

  private void look() {
    long begun = clock.nanos();
    Step step = LeaseMachine.looked(state, store.get(), settings, begun, wall.instant());
    state = step.next();
    long sent = clock.nanos();
    Optional<LeaseRecord> stored =
        switch (step.wish()) {
          case Wish.Wait _ -> Optional.empty();
          case Wish.Create(LeaseRecord lease) -> store.create(lease);
          case Wish.Replace(LeaseRecord lease) -> store.replace(lease);
        };
    state =
        stored.isPresent()
            ? LeaseMachine.written(stored.get(), sent)
            : LeaseMachine.failed(state, settings, clock.nanos());
    if (state instanceof State.Following(LeaseRecord seen, long _)) {
      tell("chore.follows", seen.holder(), "done by " + seen.holder());
    }
  }

  /** Lets the runner do what the state says. */
  private void follow() {
    boolean elected = isElected();
    if (elected && term.isEmpty()) {
      LOG.info("chore.elected", "lease", store.name(), "identity", settings.identity());
      told = "";
      doing = "done by this agent";
      var begun = new OneTerm();
      term = Optional.of(begun);
      runner.begin(begun);
    } else if (!elected && term.isPresent()) {
      LOG.warn("chore.lost", "lease", store.name(), "why", "it could not be renewed in time");
      doing = "lost: the lease could not be renewed in time";
      endTerm();
    }
  }

  private void endTerm() {
    term.ifPresent(ended -> ended.over = true);
    term = Optional.empty();
    runner.end();
  }

  private Duration failed(ApiException e) {
    if (e.code() == FORBIDDEN) {
      String lacks =
          e.getMessage()
              + "; chores are left to others: allow get, create and update of "
              + store.name();
      tell("chore.forbidden", lacks, lacks);
      return FORBIDDEN_PAUSE;
    }
    String why = String.valueOf(e.getMessage());
    tell("chore.election.waits", why, why);
    return settings.retry();
  }

  private void giveBack() {
    endTerm();
    if (state instanceof State.Leading(LeaseRecord held, long _)) {
      state = new State.Unknown();
      try {
        store.replace(
            new LeaseRecord(
                "", held.duration(), held.renewed(), held.transitions(), held.version()));
        LOG.info("chore.given_back", "lease", store.name());
      } catch (ApiException e) {
        LOG.debug("chore.not_given_back", "why", e.getMessage());
      }
    }
  }

  /** Once, until something else is told. */
  private void tell(String event, String why, String words) {
    doing = words;
    String line = event + " " + why;
    if (!line.equals(told)) {
      told = line;
      LOG.info(event, "lease", store.name(), "why", why);
    }
  }
}
