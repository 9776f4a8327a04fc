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

  /**
   * A server that does not answer is asked why for as long as a request may take, and told then.
   */
  private static final Duration SPEECHLESS = Duration.ofSeconds(20);

  private static final String NO_CAUSE = "the watch ended";
  private static final int NOT_FOUND = 404;

  /** A piece of news. */
  sealed interface News {
    /** No answer, or a refusal; {@code kinds} cannot be read. */
    record Failing(Set<Kind> kinds, String error) implements News {}

    /** It goes on, for so long. */
    record StillFailing(Set<Kind> kinds, String error, Duration since) implements News {}

    /** Everything is read again. */
    record Recovered(Duration after) implements News {}

    /** The server does not know the kind. */
    record Missing(Kind kind) implements News {}

    /** The server knows the kind now. */
    record Found(Kind kind) implements News {}
  }

  private final Map<Kind, Long> downSince = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> askedAt = new EnumMap<>(Kind.class);
  private final Set<Kind> missing = EnumSet.noneOf(Kind.class);
  private final List<News> news = new ArrayList<>();

  private boolean told;
  private long toldAt;
  private long firstDown;
  private String lastError = NO_CAUSE;

  /** A list of the kind failed; {@code code} is the HTTP status, 0 for no answer. */
  void failed(Kind kind, int code, String error, long now) {
    askedAt.put(kind, now);
    if (code == NOT_FOUND) {
      downSince.remove(kind);
      if (missing.add(kind)) {
        news.add(new News.Missing(kind));
      }
      return;
    }
    lastError = error;
    down(kind, now);
  }

  /**
   * Kinds whose watch is down for nobody knows what: it comes back by itself and keeps to itself
   * what hinders it. A list is to tell, now and once a minute while it lasts.
   */
  Set<Kind> toAsk(long now) {
    Set<Kind> unexplained = stale(now);
    unexplained.removeIf(kind -> {
      Long asked = askedAt.get(kind);
      return asked != null && now - asked < REPEAT.toNanos();
    });
    unexplained.forEach(kind -> askedAt.put(kind, now));
    return unexplained;
  }

  /** Whether each kind's watch runs, as it is seen from time to time. */
  void observed(Set<Kind> watching, long now) {
    for (Kind kind : watching) {
      downSince.remove(kind);
      askedAt.remove(kind);
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
    boolean waitsForCause = lastError.equals(NO_CAUSE) && now - firstDown < SPEECHLESS.toNanos();
    if (!told && !waitsForCause) {
      news.add(new News.Failing(stale, lastError));
      told = true;
      toldAt = now;
    } else if (told && now - toldAt >= REPEAT.toNanos()) {
      news.add(new News.StillFailing(stale, lastError, Duration.ofNanos(now - firstDown)));
      toldAt = now;
    }
  }

  private void recovered(long now) {
    if (told) {
      news.add(new News.Recovered(Duration.ofNanos(now - firstDown)));
    }
    told = false;
    lastError = NO_CAUSE;
  }
}
