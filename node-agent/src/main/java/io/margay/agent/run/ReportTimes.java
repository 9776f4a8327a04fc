package io.margay.agent.run;

import io.margay.kube.status.NodeReports.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which reports are due: at once when a request is new or asks for something else, then by its
 * period. Times are the clock's nanoseconds. Owned by one thread.
 */
final class ReportTimes {
  private final Map<String, Entry> entries = new HashMap<>();

  private record Entry(Request request, boolean due, long next) {}

  /** What is asked for now; what is not among them is forgotten. */
  void requests(List<Request> now) {
    var before = Map.copyOf(entries);
    entries.clear();
    for (Request request : now) {
      Entry known = before.get(request.name());
      boolean same = known != null && known.request().equals(request);
      entries.put(request.name(), same ? known : new Entry(request, true, 0));
    }
  }

  List<Request> due(long now) {
    var due = new ArrayList<Request>();
    for (Entry entry : entries.values()) {
      boolean again = !entry.request().period().isZero() && now - entry.next() >= 0;
      if (entry.due() || again) {
        due.add(entry.request());
      }
    }
    return due;
  }

  /** A report was made. */
  void reported(Request request, long now) {
    entries.computeIfPresent(
        request.name(), (_, _) -> new Entry(request, false, now + request.period().toNanos()));
  }

  /** When something is due next, and no later than {@code latest}. */
  long next(long now, long latest) {
    long next = latest;
    for (Entry entry : entries.values()) {
      if (entry.due()) {
        return now;
      }
      if (!entry.request().period().isZero() && entry.next() - next < 0) {
        next = entry.next();
      }
    }
    return next;
  }
}
