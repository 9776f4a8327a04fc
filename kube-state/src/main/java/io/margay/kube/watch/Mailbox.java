package io.margay.kube.watch;

import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events on their way from the informers to the image thread. Of several events of one object only
 * the last is kept, so that it never holds more than the cluster does.
 */
final class Mailbox {
  private record Slot(Kind kind, ObjectKey key) {}

  private static final ObjectKey WHOLE_KIND = ObjectKey.cluster("");

  private final Map<Slot, ImageEvent> events = new LinkedHashMap<>();

  void seen(Kind kind, ObjectKey key, Map<String, Object> object) {
    put(new Slot(kind, key), new ImageEvent.Seen(kind, key, object));
  }

  void gone(Kind kind, ObjectKey key) {
    put(new Slot(kind, key), new ImageEvent.Gone(kind, key));
  }

  /** All objects of the kind were put before this. */
  void synced(Kind kind) {
    put(new Slot(kind, WHOLE_KIND), new ImageEvent.Synced(kind));
  }

  /**
   * The server does not know the kind, and the node can do without. It does not take the place of a
   * list that came meanwhile, and would never be told again.
   */
  synchronized void unserved(Kind kind) {
    events.putIfAbsent(new Slot(kind, WHOLE_KIND), new ImageEvent.Unserved(kind));
    notifyAll();
  }

  /** All that has come, in its order; waits for the first, but not longer than this. */
  synchronized List<ImageEvent> take(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (events.isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return List.of();
      }
      wait(left);
    }
    var taken = new ArrayList<ImageEvent>(events.values());
    events.clear();
    return taken;
  }

  private synchronized void put(Slot slot, ImageEvent event) {
    events.put(slot, event);
    notifyAll();
  }
}
