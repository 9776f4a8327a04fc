package io.margay.foundation.addr;

import java.util.Optional;

/** IPv6 addresses as text: any form of RFC 4291 in, the form of RFC 5952 out. */
final class Ip6Text {
  private Ip6Text() {}

  static Optional<Ip6> parse(String text) {
    int gap = text.indexOf("::");
    if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
      return Optional.empty();
    }
    int[] groups = new int[8];
    if (gap < 0) {
      return readGroups(text, groups, 0) == 8 ? Optional.of(of(groups)) : Optional.empty();
    }
    String head = text.substring(0, gap);
    String tail = text.substring(gap + 2);
    int before = head.isEmpty() ? 0 : readGroups(head, groups, 0);
    if (before < 0 || before > 7 || head.indexOf('.') >= 0) {
      return Optional.empty();
    }
    int[] last = new int[8];
    int after = tail.isEmpty() ? 0 : readGroups(tail, last, 0);
    if (after < 0 || before + after > 7) {
      return Optional.empty();
    }
    System.arraycopy(last, 0, groups, 8 - after, after);
    return Optional.of(of(groups));
  }

  /** Number of groups read, or -1 when a part is no group. A dotted quad may stand at the end. */
  private static int readGroups(String text, int[] groups, int from) {
    int count = from;
    String[] parts = text.split(":", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (i == parts.length - 1 && part.indexOf('.') >= 0) {
        Optional<Ip4> quad = Ip4.parse(part);
        if (quad.isEmpty() || count > 6) {
          return -1;
        }
        groups[count++] = quad.get().bits() >>> 16;
        groups[count++] = quad.get().bits() & 0xffff;
      } else {
        int value = readGroup(part);
        if (value < 0 || count > 7) {
          return -1;
        }
        groups[count++] = value;
      }
    }
    return count;
  }

  private static int readGroup(String part) {
    if (part.isEmpty() || part.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private static Ip6 of(int[] groups) {
    long high = 0;
    long low = 0;
    for (int i = 0; i < 4; i++) {
      high = high << 16 | groups[i];
      low = low << 16 | groups[4 + i];
    }
    return new Ip6(high, low);
  }

  static String print(Ip6 ip) {
    if (ip.high() == 0 && ip.low() >>> 32 == 0xffff) {
      // RFC 5952, 5: an address that is known to hold an IPv4 address shows it.
      return "::ffff:" + new Ip4((int) ip.low());
    }
    int bestStart = -1;
    int bestLength = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && ip.group(end) == 0) {
        end++;
      }
      if (end - i > bestLength) {
        bestStart = i;
        bestLength = end - i;
      }
      i = Math.max(i, end - 1);
    }
    var out = new StringBuilder(39);
    for (int i = 0; i < 8; i++) {
      if (i == bestStart) {
        out.append("::");
        i += bestLength - 1;
      } else {
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
          out.append(':');
        }
        out.append(Integer.toHexString(ip.group(i)));
      }
    }
    return out.toString();
  }
}
