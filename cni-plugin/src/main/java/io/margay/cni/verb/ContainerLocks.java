package io.margay.cni.verb;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * One request at a time for each container: a runtime that lost patience sends DEL while its ADD is
 * still under way. For virtual threads; a lock lives as long as somebody wants it.
 */
final class ContainerLocks {
  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  /** Does something while no other work on the container is under way. */
  <T> T alone(String containerId, Supplier<T> work) {
    ReentrantLock lock =
        entries.merge(containerId, Entry.first(), (known, _) -> known.wantedBy(known.wanting + 1))
            .lock;
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
      entries.computeIfPresent(
          containerId, (_, e) -> e.wanting == 1 ? null : e.wantedBy(e.wanting - 1));
    }
  }

  /** How many containers are worked on. */
  int size() {
    return entries.size();
  }

  private record Entry(ReentrantLock lock, int wanting) {
    static Entry first() {
      return new Entry(new ReentrantLock(), 1);
    }

    Entry wantedBy(int count) {
      return new Entry(lock, count);
    }
  }
}
