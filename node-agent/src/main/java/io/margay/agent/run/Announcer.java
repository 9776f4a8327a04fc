package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import io.margay.kube.client.ApiException;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Says in the node's annotations in what this node takes packets, and in what it sends them. Others
 * rely on both, so nothing is said too soon: what is taken once policy lets it in, what is sent
 * before the first route, and its end after the last one. On a virtual thread.
 */
final class Announcer {
  private static final EventLog LOG = EventLog.of(Announcer.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));

  private final NodeStatusWriter writer;
  private final InKernel inKernel;
  private final Semaphore changed = new Semaphore(0);
  private volatile Optional<Wanted> latest = Optional.empty();

  /** What was written last; owned by the thread, empty before that. */
  private Optional<Said> said = Optional.empty();

  /** The trouble that was told last; owned by the thread. */
  private String told = "";

  /** Whether the routes and the policy of a plan are in force. */
  interface InKernel {
    /** Waits for a while; false when they are not by then. */
    boolean await(long version) throws InterruptedException;
  }

  /** Both annotations; words with commas between. */
  private record Said(String receives, String sends) {
    static Said of(Plan.Announcement announcement) {
      return new Said(announcement.receives(), announcement.sends());
    }

    /** What may be said while it is not known which of two plans is in force. */
    Said meanwhile(Said next) {
      var receives = new TreeSet<>(words(this.receives));
      receives.retainAll(words(next.receives));
      var sends = new TreeSet<>(words(this.sends));
      sends.addAll(words(next.sends));
      return new Said(String.join(",", receives), String.join(",", sends));
    }

    private static List<String> words(String text) {
      return Stream.of(text.split(",", -1)).filter(word -> !word.isEmpty()).toList();
    }
  }

  /** What is to be said once the plan with that version is in force. */
  private record Wanted(long version, Plan.Ends ends) {
    Said said() {
      return Said.of(ends.wanted());
    }

    boolean isOtherwise(Plan.Ends next) {
      return !ends.wanted().equals(next.wanted()) || !ends.addresses().equals(next.addresses());
    }
  }

  Announcer(NodeStatusWriter writer, InKernel inKernel) {
    this.writer = writer;
    this.inKernel = inKernel;
  }

  void start() {
    Thread.ofVirtual().name("announcer").start(this::work);
  }

  /** A new plan. Called on the stage thread. */
  void planned(Plan plan) {
    if (latest.isEmpty() || latest.get().isOtherwise(plan.ends())) {
      latest = Optional.of(new Wanted(plan.version(), plan.ends()));
      changed.release();
    }
  }

  private void work() {
    try {
      while (true) {
        changed.acquire();
        for (int failures = 1; !isDone(); failures++) {
          if (changed.tryAcquire(BACKOFF.nanosAfter(failures), TimeUnit.NANOSECONDS)) {
            failures = 0;
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("announcer.stopped");
    }
  }

  /** One attempt; false when it has to be made again. */
  private boolean isDone() throws InterruptedException {
    changed.drainPermits();
    Wanted wanted = latest.orElseThrow();
    try {
      // An agent before this one may have said more than what is true now.
      Said before = said.orElse(Said.of(wanted.ends.shown()));
      boolean done =
          write(before.meanwhile(wanted.said()), wanted)
              && inKernel.await(wanted.version)
              && write(wanted.said(), wanted);
      told = done ? "" : told;
      return done;
    } catch (ApiException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(told)) {
        told = why;
        LOG.warn("announcer.waits", "why", why);
      }
      return false;
    }
  }

  /**
   * Whether no plan since then wants something else, and none that is still to come knows of less
   * than this node has; asked of the node that will be replaced by the write.
   */
  private boolean mayBeSaid(Wanted wanted, Node node) {
    boolean isLast = latest.filter(known -> known.version == wanted.version).isPresent();
    return isLast && wanted.ends.isFor(node);
  }

  private boolean write(Said now, Wanted wanted) {
    if (said.filter(now::equals).isPresent()) {
      return true;
    }
    var annotations = new LinkedHashMap<String, Optional<String>>();
    annotations.put(NodeAnnotations.RECEIVES, Optional.of(now.receives));
    annotations.put(NodeAnnotations.SENDS, Optional.of(now.sends));
    return switch (writer.annotate(annotations, node -> mayBeSaid(wanted, node))) {
      case WRITTEN, UNCHANGED -> {
        said = Optional.of(now);
        yield true;
      }
      // Unfit: another plan follows, as soon as the image has what the node has now.
      case NO_NODE, CONFLICT, UNFIT -> false;
    };
  }
}
