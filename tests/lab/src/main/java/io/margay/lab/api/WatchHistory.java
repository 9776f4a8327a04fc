package io.margay.lab.api;

import io.fabric8.mockwebserver.crud.AttributeSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was written, in order, so that a watch that comes back misses nothing; and who watches now.
 * Not thread-safe: the dispatcher's lock guards it.
 */
final class WatchHistory {
  /** One write. A side is null where the object was not, or is no more. */
  record Entry(
      long version,
      @Nullable AttributeSet attributesBefore,
      @Nullable AttributeSet attributesAfter,
      @Nullable String before,
      @Nullable String after) {

    /** What a watch on this selection is told of it. */
    Optional<Told> to(AttributeSet selection) {
      boolean was = attributesBefore != null && attributesBefore.matches(selection);
      boolean is = attributesAfter != null && attributesAfter.matches(selection);
      if (is && after != null) {
        return Optional.of(new Told(was ? ApiEvent.Type.MODIFIED : ApiEvent.Type.ADDED, after));
      }
      // An object that left the selection is told as deleted, in its new form if it has one.
      String last = after != null ? after : before;
      return was && last != null
          ? Optional.of(new Told(ApiEvent.Type.DELETED, last))
          : Optional.empty();
    }
  }

  /** An event as text, made once for all watches. */
  record Told(ApiEvent.Type type, String object) {
    String message() {
      return "{\"type\":\"" + type + "\",\"object\":" + object + "}";
    }
  }

  /** Somebody who watches. */
  interface Watcher {
    AttributeSet selection();

    void tell(Told told);
  }

  private final int most;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private long forgotten;

  /** Keeps this many writes. */
  WatchHistory(int most) {
    this.most = most;
  }

  void add(Entry entry) {
    entries.addLast(entry);
    if (entries.size() > most) {
      forgotten = entries.removeFirst().version();
    }
    for (Watcher watcher : watchers) {
      entry.to(watcher.selection()).ifPresent(watcher::tell);
    }
  }

  /** Whether all writes after this version are still known. */
  boolean reachesBackTo(long version) {
    return version >= forgotten;
  }

  /** Tells what came after {@code since}, and from now on everything. */
  void join(Watcher watcher, long since) {
    for (Entry entry : entries) {
      if (entry.version() > since) {
        entry.to(watcher.selection()).ifPresent(watcher::tell);
      }
    }
    watchers.add(watcher);
  }

  /** Tells these as added, and from now on everything: a watch that names no version. */
  void joinWith(Watcher watcher, Collection<String> objects) {
    objects.forEach(object -> watcher.tell(new Told(ApiEvent.Type.ADDED, object)));
    watchers.add(watcher);
  }

  void leave(Watcher watcher) {
    watchers.remove(watcher);
  }
}
