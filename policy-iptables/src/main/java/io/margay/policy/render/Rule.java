package io.margay.policy.render;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A rule before it stands in a chain.
 *
 * @param comments shown by {@code iptables -L}; 255 characters at most are kept of each
 * @param action {@code --jump ACCEPT}
 */
record Rule(Match match, String action, List<String> comments, Optional<RuleOrigin> why) {
  static final String ACCEPT = "--jump ACCEPT";
  static final String DROP = "--jump DROP";
  static final String RETURN = "--jump RETURN";

  static Rule of(Match match, String action, String... comments) {
    return new Rule(match, action, List.of(comments), Optional.empty());
  }

  static String jump(String chain) {
    return "--jump " + chain;
  }

  /** The rest of the calling chain is left out. */
  static String goTo(String chain) {
    return "--goto " + chain;
  }

  static String setMark(long bits) {
    return "--jump MARK --set-mark " + Match.Hex.of(bits) + "/" + Match.Hex.of(bits);
  }

  static String clearMark(long bits) {
    return changeMark(0, bits);
  }

  /** Among the bits of the mask these are set and the others cleared. */
  static String changeMark(long bits, long mask) {
    return "--jump MARK --set-mark " + Match.Hex.of(bits) + "/" + Match.Hex.of(mask);
  }

  Rule because(RuleOrigin origin) {
    return new Rule(match, action, comments, Optional.of(origin));
  }

  /** The same with one comment more, before the others. */
  Rule commented(String comment) {
    var all = new ArrayList<String>(comments.size() + 1);
    all.add(comment);
    all.addAll(comments);
    return new Rule(match, action, all, why);
  }
}
