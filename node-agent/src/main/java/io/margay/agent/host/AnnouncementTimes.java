package io.margay.agent.host;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.route.fib.FibKey;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Which address is to be announced when. Owned by one thread at a time. */
final class AnnouncementTimes {
  /** A route that is not there yet is looked for again by then. */
  private static final Duration PUT_OFF = Duration.ofSeconds(1);

  private final Map<Ip, Item> waiting = new LinkedHashMap<>();

  /**
   * An address with the route that leads to it.
   *
   * @param version of the plan that asked for the route
   */
  record Item(Ip address, FibKey route, long version, int sent, long due) {}

  /** The address is to be announced from now on, from the first time. */
  void begin(Ip address, FibKey route, long version, long now) {
    waiting.put(address, new Item(address, route, version, 0, now));
  }

  /** The address is not here any more. */
  void drop(Ip address) {
    waiting.remove(address);
  }

  List<Item> due(long now) {
    return waiting.values().stream().filter(item -> now - item.due() >= 0).toList();
  }

  /** It was announced; the last time ends it. */
  void sent(Item item, long now) {
    Family family = item.address().family();
    if (item.sent() + 1 == times(family)) {
      waiting.remove(item.address(), item);
    } else {
      replace(item, item.sent() + 1, now + spacing(family).toNanos());
    }
  }

  /** It could not be announced yet. */
  void putOff(Item item, long now) {
    replace(item, item.sent(), now + PUT_OFF.toNanos());
  }

  /** When something is due; empty while nothing waits. */
  OptionalLong next(long now) {
    OptionalLong soonest = waiting.values().stream().mapToLong(item -> item.due() - now).min();
    return soonest.isPresent() ? OptionalLong.of(soonest.getAsLong() + now) : soonest;
  }

  /** Unless it was dropped, or begun anew, meanwhile. */
  private void replace(Item item, int sent, long due) {
    waiting.computeIfPresent(
        item.address(),
        (_, now) ->
            now.equals(item)
                ? new Item(item.address(), item.route(), item.version(), sent, due)
                : now);
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
