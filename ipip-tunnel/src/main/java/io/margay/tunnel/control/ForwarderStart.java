package io.margay.tunnel.control;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import io.margay.kernel.process.Child;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * How the forwarder that is wanted comes to run: it does already, or it is started, or it takes
 * over from one that runs and was started as something else. Owned by the thread of the tunnel
 * loop.
 */
final class ForwarderStart {
  private static final EventLog LOG = EventLog.of(ForwarderStart.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(5);

  /**
   * More than all that the successor itself waits for: it must not be killed where it alone moves
   * packets. Two forwarders, one after the other, are still no reason to think the loop stuck.
   */
  private static final Duration SUCCESSION_LIMIT = Duration.ofSeconds(40);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(10);
  private static final Backoff SUCCESSION_FAILED =
      new Backoff(Duration.ofMinutes(1), Duration.ofHours(1));

  private final ForwarderLaunch launch;
  private final ForwarderClient client;
  private final AtomicLong starts = new AtomicLong();
  private int failures;
  private long notBefore;

  ForwarderStart(ForwarderLaunch launch, ForwarderClient client) {
    this.launch = launch;
    this.client = client;
  }

  /** How many processes were started; any thread may ask. */
  long starts() {
    return starts.get();
  }

  /** Whether it moves packets for this device, and can be fed. */
  boolean isUsable(ForwarderStatus status) {
    return status.protocol() == ControlText.PROTOCOL && status.device().equals(launch.device());
  }

  /** Why {@link #run} would try to put another in its place; empty where it would not. */
  Optional<String> whyReplaced(ForwarderStatus status) {
    if (!status.device().equals(launch.device())) {
      return Optional.of("serves " + status.device());
    }
    if (!isUsable(status)) {
      return Optional.of("speaks protocol " + status.protocol() + ", not " + ControlText.PROTOCOL);
    }
    return isOutdated(status) && System.nanoTime() - notBefore >= 0
        ? Optional.of(startedAs(status))
        : Optional.empty();
  }

  private boolean isOutdated(ForwarderStatus status) {
    return !launch.build().isEmpty() && !status.build().equals(launch.build());
  }

  /**
   * A running forwarder, found or started.
   *
   * @param beforeItEnds called before the one that runs is ended
   * @throws ForwarderException when there is none
   */
  ForwarderStatus run(Runnable beforeItEnds) {
    Optional<ForwarderStatus> found = client.status();
    if (found.isEmpty()) {
      return afresh();
    }
    ForwarderStatus running = found.get();
    if (whyReplaced(running).isEmpty()) {
      return running;
    }
    beforeItEnds.run();
    if (isUsable(running)) {
      return succeeded(running);
    }
    LOG.info(
        "tunnel.forwarder.replaced",
        "pid",
        running.pid(),
        "device",
        running.device(),
        "protocol",
        running.protocol());
    client.stop(running.device().equals(launch.device()));
    return afresh();
  }

  private ForwarderStatus afresh() {
    Child child = launch.start();
    starts.incrementAndGet();
    LOG.info("tunnel.forwarder.started", "pid", child.pid(), "device", launch.device());
    return await(child, START_LIMIT, _ -> true);
  }

  /** The one that took over; where that fails, the one that runs, or one that is started. */
  private ForwarderStatus succeeded(ForwarderStatus running) {
    try {
      Child child = launch.startSuccessor();
      starts.incrementAndGet();
      ForwarderStatus now = await(child, SUCCESSION_LIMIT, status -> status.pid() == child.pid());
      return upgraded(running, now);
    } catch (ForwarderException e) {
      Optional<ForwarderStatus> now = client.status().filter(this::isUsable);
      if (now.isPresent() && !isOutdated(now.get())) {
        // One that an agent before this one had started.
        return upgraded(running, now.get());
      }
      failures++;
      notBefore = System.nanoTime() + SUCCESSION_FAILED.nanosAfter(failures);
      LOG.warn(
          "tunnel.forwarder.not_upgraded",
          "device",
          launch.device(),
          "runs",
          now.map(ForwarderStatus::pid).orElse(0L),
          "again-after",
          Duration.ofNanos(SUCCESSION_FAILED.nanosAfter(failures)),
          "why",
          e.getMessage());
      return now.orElseGet(this::afresh);
    }
  }

  private ForwarderStatus upgraded(ForwarderStatus before, ForwarderStatus now) {
    failures = 0;
    LOG.info(
        "tunnel.forwarder.upgraded",
        "device",
        launch.device(),
        "from",
        before.pid(),
        "to",
        now.pid(),
        "how",
        now.came().how(),
        "why",
        "it " + startedAs(before));
    return now;
  }

  private String startedAs(ForwarderStatus status) {
    String build = status.build().isEmpty() ? "an older version" : status.build();
    return "was started as " + build + ", now " + launch.build();
  }

  private ForwarderStatus await(Child child, Duration limit, Predicate<ForwarderStatus> isIt) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Optional<ForwarderStatus> status = statusIfAny().filter(isIt);
      if (status.isPresent()) {
        return status.get();
      }
      if (!child.isAlive()) {
        throw new ForwarderException(
            "the forwarder ended with status "
                + child.exit().join()
                + " before it served; its reason is in "
                + launch.log());
      }
      if (System.nanoTime() - deadline > 0) {
        child.kill();
        throw new ForwarderException(
            "the forwarder did not serve within " + limit + "; see " + launch.log());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  /** One that ends while it is asked is none. */
  private Optional<ForwarderStatus> statusIfAny() {
    try {
      return client.status();
    } catch (ForwarderException e) {
      return Optional.empty();
    }
  }
}
