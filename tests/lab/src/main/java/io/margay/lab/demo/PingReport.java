package io.margay.lab.demo;

import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ping printed.
 *
 * @param sent how many it says it sent
 * @param answered how many answers came, each counted once
 * @param lost how many got none; the last one sent may still have been on its way
 * @param longestGap most answers missing in a row
 */
record PingReport(int sent, int answered, int lost, int longestGap) {
  static final PingReport NONE = new PingReport(0, 0, 0, 0);

  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");
  private static final Pattern SUMMARY = Pattern.compile("(\\d+) packets transmitted");

  /** This and another one's answers counted together. */
  PingReport plus(PingReport other) {
    return new PingReport(
        sent + other.sent,
        answered + other.answered,
        lost + other.lost,
        Math.max(longestGap, other.longestGap));
  }

  static PingReport read(String output) {
    var answered = new BitSet();
    Matcher answer = ANSWER.matcher(output);
    while (answer.find()) {
      answered.set(Integer.parseInt(answer.group(1)));
    }
    Matcher summary = SUMMARY.matcher(output);
    int sent = summary.find() ? Integer.parseInt(summary.group(1)) : 0;
    boolean lastIsLate = sent > 0 && !answered.get(sent);
    int counted = lastIsLate ? sent - 1 : sent;
    int lost = 0;
    int longest = 0;
    int gap = 0;
    for (int number = 1; number <= counted; number++) {
      gap = answered.get(number) ? 0 : gap + 1;
      lost += gap > 0 ? 1 : 0;
      longest = Math.max(longest, gap);
    }
    return new PingReport(sent, answered.cardinality(), lost, longest);
  }
}
