package io.margay.policy.render;

import java.util.ArrayList;
import java.util.List;

/**
 * Gives each rule its text and the hash of it and of all before it: SHA-224 over the last hash and
 * the text, from the chain's name on, as Calico does.
 */
final class ChainWriter {
  private static final int HASH_LENGTH = 16;
  private static final int MAX_COMMENT = 255;

  private ChainWriter() {}

  /** A chain of ours, or rules that stand first in a kernel chain. */
  static Chain chain(String name, List<Rule> rules) {
    return Chain.of(hashed(name, name, rules, false));
  }

  /** Our rules in a kernel chain. */
  static Chain hooks(String name, List<Rule> first, List<Rule> last) {
    var all = new ArrayList<>(hashed(name, name, first, false));
    // Calico hashes the appended ones from another seed, so that equal rules differ.
    all.addAll(hashed(name, name + "*appends*", last, true));
    return Chain.of(all);
  }

  private static List<ChainRule> hashed(String chain, String seed, List<Rule> rules, boolean last) {
    var out = new ArrayList<ChainRule>(rules.size());
    byte[] hash = Digests.sha224(seed);
    for (Rule plain : rules) {
      Rule rule = last ? plain.commented(ChainRule.LAST_COMMENT) : plain;
      String tail = tail(rule);
      hash = Digests.sha224(hash, Digests.bytes("-A " + chain + " HASH" + tail));
      String text = Digests.text(hash).substring(0, HASH_LENGTH);
      out.add(
          new ChainRule(
              text,
              last,
              "-A " + chain + comment(ChainRule.HASH_COMMENT + text) + tail,
              rule.why()));
    }
    return out;
  }

  private static String tail(Rule rule) {
    var out = new StringBuilder();
    rule.comments().forEach(comment -> out.append(comment(comment)));
    return out.append(rule.match().text()).append(' ').append(rule.action()).toString();
  }

  /** Names come from what users write: nothing in them may end the quotes or the line. */
  private static String comment(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9 .,:/_'()+-]", "_");
    return " -m comment --comment \""
        + (safe.length() <= MAX_COMMENT ? safe : safe.substring(0, MAX_COMMENT))
        + "\"";
  }
}
