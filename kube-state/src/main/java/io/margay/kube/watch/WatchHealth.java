package io.margay.kube.watch;

import io.margay.kube.types.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is worth a line about the watches. An API server that is away makes every watch fail, again
 * and again: that is one piece of news at its begin, one a minute while it lasts, and one at its
 * end. Owned by one thread; time is a parameter.
 */
final class WatchHealth {
  /** A watch that ends is normal: servers end them every few minutes. */
  private static final Duration GRACE = Duration.ofSeconds(3);

  private static final Duration REPEAT = Duration.ofMinutes(1);
  private static final int NOT_FOUND = 404;

  /** A piece of news. */
  sealed interface News {
    /** No answer, or a refusal; {@code kinds} cannot be read. */
    record Failing(Set<Kind> kinds, String error) implements News {}

    /** It goes on, for so long and with so many failed tries. */
    record StillFailing(Set<Kind> kinds, String error, Duration since, long tries)
        implements News {}

    /** Everything is read again. */
    record Recovered(Duration after, long tries) implements News {}

    /** The server does not know the kind. */
    record Missing(Kind kind) implements News {}

    /** The server knows the kind now. */
    record Found(Kind kind) implements News {}
  }

  private final Map<Kind, Long> downSince = new EnumMap<>(Kind.class);
  private final Set<Kind> missing = EnumSet.noneOf(Kind.class);
  private final List<News> news = new ArrayList<>();

  private boolean told;
  private long toldAt;
  private long firstDown;
  private long tries;
  private String lastError = "the watch ended";

  /** A list or watch of the kind failed; {@code code} is the HTTP status, 0 for no answer. */
  void failed(Kind kind, int code, String error, long now) {
    if (code == NOT_FOUND) {
      if (missing.add(kind)) {
        news.add(new News.Missing(kind));
      }
      return;
    }
    tries++;
    lastError = error;
    down(kind, now);
  }

  /** Whether each kind's watch runs, as it is seen from time to time. */
  void observed(Set<Kind> watching, long now) {
    for (Kind kind : watching) {
      downSince.remove(kind);
      if (missing.remove(kind)) {
        news.add(new News.Found(kind));
      }
    }
    for (Kind kind : Kind.watched()) {
      if (!watching.contains(kind) && !missing.contains(kind)) {
        down(kind, now);
      }
    }
    if (downSince.isEmpty()) {
      recovered(now);
    } else {
      tellDown(now);
    }
  }

  /** Kinds whose watch has been down for longer than is normal. */
  Set<Kind> stale(long now) {
    Set<Kind> stale = EnumSet.noneOf(Kind.class);
    downSince.forEach((kind, since) -> {
      if (now - since >= GRACE.toNanos()) {
        stale.add(kind);
      }
    });
    return stale;
  }

  /** Kinds that the server does not know. */
  Set<Kind> missing() {
    return Set.copyOf(missing);
  }

  /** What is new since the last call. */
  List<News> take() {
    var taken = List.copyOf(news);
    news.clear();
    return taken;
  }

  private void down(Kind kind, long now) {
    if (downSince.isEmpty()) {
      firstDown = now;
    }
    downSince.putIfAbsent(kind, now);
  }

  private void tellDown(long now) {
    Set<Kind> stale = stale(now);
    if (stale.isEmpty()) {
      return;
    }
    if (!told) {
      news.add(new News.Failing(stale, lastError));
      told = true;
      toldAt = now;
    } else if (now - toldAt >= REPEAT.toNanos()) {
      news.add(new News.StillFailing(stale, lastError, Duration.ofNanos(now - firstDown), tries));
      toldAt = now;
    }
  }

  private void recovered(long now) {
    if (told) {
      news.add(new News.Recovered(Duration.ofNanos(now - firstDown), tries));
    }
    told = false;
    tries = 0;
    lastError = "the watch ended";
  }
}
