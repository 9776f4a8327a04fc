package io.margay.agent.host;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Backoff;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Which address is to be announced when. Owned by one thread at a time. */
final class AnnouncementTimes {
  /** When a route that is not there yet is looked for again. */
  private static final Backoff LATE = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));

  private final Map<Ip, Item> waiting = new LinkedHashMap<>();

  /**
   * An address that waits.
   *
   * @param version of the plan that it came with
   * @param sent how often it was announced
   * @param late how often it was put off since then
   */
  record Item(Ip address, long version, int sent, int late, long due) {}

  /** The address is to be announced from now on, from the first time. */
  void begin(Ip address, long version, long now) {
    waiting.put(address, new Item(address, version, 0, 0, now));
  }

  /** The address is not here any more. */
  void drop(Ip address) {
    waiting.remove(address);
  }

  List<Item> due(long now) {
    return waiting.values().stream().filter(item -> now - item.due() >= 0).toList();
  }

  /** Whether this very one still waits: it was not dropped, nor begun anew. */
  boolean waits(Item item) {
    return item.equals(waiting.get(item.address()));
  }

  /** It was announced; the last time ends it. */
  void sent(Item item, long now) {
    Family family = item.address().family();
    if (item.sent() + 1 == times(family)) {
      waiting.remove(item.address(), item);
    } else {
      replace(item, item.sent() + 1, 0, now + spacing(family).toNanos());
    }
  }

  /** It could not be announced yet. */
  void putOff(Item item, long now) {
    int late = item.late() + 1;
    replace(item, item.sent(), late, now + LATE.nanosAfter(late));
  }

  /** When something is due; empty while nothing waits. */
  OptionalLong next(long now) {
    OptionalLong soonest = waiting.values().stream().mapToLong(item -> item.due() - now).min();
    return soonest.isPresent() ? OptionalLong.of(soonest.getAsLong() + now) : soonest;
  }

  /** Unless it was dropped, or begun anew, meanwhile. */
  private void replace(Item item, int sent, int late, long due) {
    if (waits(item)) {
      waiting.put(item.address(), new Item(item.address(), item.version(), sent, late, due));
    }
  }

  /** ANNOUNCE_NUM (RFC 5227, 1.1), MAX_NEIGHBOR_ADVERTISEMENT (RFC 4861, 10). */
  private static int times(Family family) {
    return switch (family) {
      case IPV4 -> 2;
      case IPV6 -> 3;
    };
  }

  /** ANNOUNCE_INTERVAL, RETRANS_TIMER. */
  private static Duration spacing(Family family) {
    return switch (family) {
      case IPV4 -> Duration.ofSeconds(2);
      case IPV6 -> Duration.ofSeconds(1);
    };
  }
}
