package io.margay.agent.run;

import io.margay.foundation.time.Clock;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.SecretState;
import io.margay.kube.watch.SecretWatch;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads the Secrets that plans name, and tells the planner what they hold. */
final class BgpPasswords {
  private final SecretWatch watch;
  private final Consumer<Map<String, SecretState>> told;
  private final Clock clock;
  private final Semaphore news = new Semaphore(0);

  /** The Secrets of the last plan; owned by the stage thread. */
  private Set<String> wanted = Set.of();

  /**
   * @param told is handed all that is known when something of it changed
   */
  BgpPasswords(
      KubeApi api, String namespace, Consumer<Map<String, SecretState>> told, Clock clock) {
    this.watch = new SecretWatch(api, namespace, this::changed);
    this.told = told;
    this.clock = clock;
  }

  /** Takes what a plan names. Called on the stage thread. */
  void planned(Set<String> names) {
    if (!wanted.equals(names)) {
      wanted = names;
      watch.want(names);
    }
  }

  private void changed() {
    told.accept(watch.states());
    news.release();
  }

  /**
   * Waits until the server has said something of each, so that sessions with a password are there
   * when the speaker begins: it waits for the routes of those only.
   */
  void awaitRead(Duration most) throws InterruptedException {
    long end = clock.nanos() + most.toNanos();
    while (watch.states().values().stream().anyMatch(SecretState.Unread.class::isInstance)) {
      if (!news.tryAcquire(end - clock.nanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    }
  }

  void stop() {
    watch.close();
  }
}
