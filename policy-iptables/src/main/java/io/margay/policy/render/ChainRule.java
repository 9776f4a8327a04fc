package io.margay.policy.render;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule with the hash that names it together with all before it in its chain. Two are equal when
 * hash and place are: the kernel prints a rule in its own words, the hash in the comment stays.
 *
 * @param hash 16 characters; empty for a rule in a chain of ours that carries none
 * @param last in a kernel chain: stands behind the rules of others, not before them
 * @param text the whole line: {@code -A cali-FORWARD ...}
 * @param why what it was made for; empty for what is always there, and for what was read back
 */
public record ChainRule(String hash, boolean last, String text, Optional<RuleOrigin> why) {
  /** The comment that tells a rule of ours, before its hash. */
  static final String HASH_COMMENT = "cali:";

  /** The comment of a rule that wants to be behind those of others. */
  static final String LAST_COMMENT = "behind all others";

  private static final Pattern HASH =
      Pattern.compile("--comment \"?" + HASH_COMMENT + "([A-Za-z0-9_-]{16})\"?(?: |$)");
  private static final Pattern SET = Pattern.compile("--match-set (\\S+)");

  /** A rule as iptables-save prints it. */
  public static ChainRule read(String line) {
    Matcher hash = HASH.matcher(line);
    return new ChainRule(
        hash.find() ? hash.group(1) : "",
        line.contains("--comment \"" + LAST_COMMENT + "\""),
        line,
        Optional.empty());
  }

  /** Names of the sets that it asks. */
  Set<String> sets() {
    var sets = new LinkedHashSet<String>();
    Matcher matcher = SET.matcher(text);
    while (matcher.find()) {
      sets.add(matcher.group(1));
    }
    return sets;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChainRule rule && rule.hash.equals(hash) && rule.last == last;
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }
}
