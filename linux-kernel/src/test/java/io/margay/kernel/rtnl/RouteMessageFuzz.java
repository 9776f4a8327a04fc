package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;

/**
 * What the kernel may send in a dump of routes. The input is two messages of one length: the second
 * is read with the first in mind, as one that differs by its destination only.
 */
public final class RouteMessageFuzz {
  private RouteMessageFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    int half = input.length / 2;
    var inTurn = new RouteMessage();
    check(inTurn, input, 0, half);
    boolean read = check(inTurn, input, half, 2 * half);
    var alone = new RouteMessage();
    if (check(alone, input, half, 2 * half) != read) {
      throw new AssertionError("read with another in mind: " + read);
    }
    if (read && !place(alone).equals(place(inTurn))) {
      throw new AssertionError(place(inTurn) + " with another in mind, else " + place(alone));
    }
  }

  /** Whether it can be read; then both readers find it at the same place. */
  private static boolean check(RouteMessage message, byte[] bytes, int from, int to) {
    boolean read = message.over(bytes, from, to);
    if (read) {
      message.isLike(message.copy());
      message
          .entry()
          .ifPresent(entry -> {
            String other = entry.table() + " " + entry.metric() + " " + entry.destination();
            if (!other.equals(place(message))) {
              throw new AssertionError(place(message) + " is also read as " + other);
            }
          });
    }
    return read;
  }

  private static String place(RouteMessage m) {
    Family family = m.isIpv4() ? Family.IPV4 : Family.IPV6;
    Ip ip = m.isIpv4() ? new Ip4((int) m.low()) : new Ip6(m.high(), m.low());
    boolean fits = m.length() <= family.bits();
    return m.table() + " " + m.metric() + " " + (fits ? Prefix.containing(ip, m.length()) : ip);
  }
}
