package io.margay.lab.probe;

import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What ping printed.
 *
 * @param sent how many were sent until it was asked for that; what it sent later is not judged
 * @param answered how many of them were answered, each counted once
 * @param lost how many got no answer
 * @param longestGap most answers missing in a row
 */
public record PingReport(int sent, int answered, int lost, int longestGap) {
  public static final PingReport NONE = new PingReport(0, 0, 0, 0);

  private static final Pattern ANSWER = Pattern.compile("icmp_seq=(\\d+) ttl=");

  /** Said at SIGQUIT: answered, sent. */
  private static final Pattern SO_FAR = Pattern.compile("\\d+/(\\d+) packets, \\d+% loss");

  private static final Pattern SUMMARY = Pattern.compile("(\\d+) packets transmitted");

  /** This and another one's answers counted together. */
  public PingReport plus(PingReport other) {
    return new PingReport(
        sent + other.sent,
        answered + other.answered,
        lost + other.lost,
        Math.max(longestGap, other.longestGap));
  }

  /** All that a ping said which has ended; one that was never asked is judged by all it sent. */
  static PingReport read(String output) {
    return soFar(output).orElseGet(() -> judge(output, number(SUMMARY, output).orElse(0)));
  }

  /** What was sent until ping was asked; empty when it has not said that yet. */
  static Optional<PingReport> soFar(String output) {
    OptionalInt sent = number(SO_FAR, output);
    return sent.isPresent() ? Optional.of(judge(output, sent.getAsInt())) : Optional.empty();
  }

  /**
   * Whether ping has said how many were sent until it was asked, and the last ones of these are all
   * answered.
   *
   * @param last how many
   */
  static boolean isAnswered(String output, int last) {
    OptionalInt sent = number(SO_FAR, output);
    if (sent.isEmpty()) {
      return false;
    }
    int first = Math.max(1, sent.getAsInt() - last + 1);
    return answered(output, sent.getAsInt()).nextClearBit(first) > sent.getAsInt();
  }

  /** How many answers a ping has shown, each counted once. */
  static int answers(String output) {
    return answered(output, Integer.MAX_VALUE).cardinality();
  }

  private static OptionalInt number(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    return matcher.find()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static PingReport judge(String output, int sent) {
    BitSet answered = answered(output, sent);
    int longest = 0;
    int gap = 0;
    for (int number = 1; number <= sent; number++) {
      gap = answered.get(number) ? 0 : gap + 1;
      longest = Math.max(longest, gap);
    }
    return new PingReport(sent, answered.cardinality(), sent - answered.cardinality(), longest);
  }

  /** The numbers, up to this one, that were answered. */
  private static BitSet answered(String output, int sent) {
    var answered = new BitSet();
    Matcher answer = ANSWER.matcher(output);
    while (answer.find()) {
      int number = Integer.parseInt(answer.group(1));
      if (number <= sent) {
        answered.set(number);
      }
    }
    return answered;
  }
}
