package io.margay.policy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.ChainRule;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import io.margay.policy.render.Table;
import io.margay.policy.trace.Flow;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Does with a new connection's first packet what the kernel would do with it in the filter table:
 * reads the rendered rules as text, word by word, and knows nothing of policies.
 */
public final class Interpreter {
  private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|\\S+");

  private final Map<RenderKey, Rendered> kernel;
  private final Flow flow;
  private final String in;
  private final String out;
  private long mark;

  private Interpreter(Map<RenderKey, Rendered> kernel, Flow flow, String in, String out) {
    this.kernel = kernel;
    this.flow = flow;
    this.in = in;
    this.out = out;
  }

  private enum Fate {
    ACCEPT,
    DROP,
    RETURN,
    GO_ON
  }

  /** Whether a forwarded packet passes, where the kernel's own policy is to accept. */
  public static boolean forwards(
      Map<RenderKey, Rendered> kernel, Flow flow, String in, String out) {
    return new Interpreter(kernel, flow, in, out).run("FORWARD") != Fate.DROP;
  }

  private Fate run(String name) {
    var key = new ChainKey(flow.source().family(), Table.FILTER, name);
    Rendered chain = kernel.get(key);
    if (chain == null && key.isKernel()) {
      return Fate.GO_ON;
    }
    for (ChainRule rule : ((Chain) Objects.requireNonNull(chain, name)).rules()) {
      Fate fate = step(rule.text());
      if (fate == Fate.RETURN) {
        return Fate.GO_ON;
      }
      if (fate != Fate.GO_ON) {
        return fate;
      }
    }
    return Fate.GO_ON;
  }

  private Fate step(String text) {
    Deque<String> words = new ArrayDeque<>();
    Matcher matcher = WORD.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    words.pop();
    words.pop();
    boolean matches = true;
    while (true) {
      String word = words.pop();
      switch (word) {
        case "--jump", "--goto" -> {
          return matches ? act(word, words) : Fate.GO_ON;
        }
        case "!" -> matches &= !option(words.pop(), words);
        case "-m" -> matches &= module(words);
        default -> matches &= option(word, words);
      }
    }
  }

  private boolean option(String word, Deque<String> words) {
    String value = words.pop();
    return switch (word) {
      case "--in-interface" -> isInterface(value, in);
      case "--out-interface" -> isInterface(value, out);
      case "-p" -> flow.protocol().toString().equals(value);
      case "--source" -> Prefix.of(value).contains(flow.source());
      case "--destination" -> Prefix.of(value).contains(flow.destination());
      default -> throw new IllegalArgumentException(word);
    };
  }

  private boolean module(Deque<String> words) {
    String module = words.pop();
    boolean negated = words.peek().equals("!");
    if (negated) {
      words.pop();
    }
    String option = words.pop();
    String value = words.pop();
    boolean holds =
        switch (module + " " + option) {
          case "comment --comment" -> true;
          case "conntrack --ctstate" -> false;
          case "mark --mark" -> {
            String[] bits = value.split("/", -1);
            yield (mark & Long.decode(bits[1])) == Long.decode(bits[0]);
          }
          case "multiport --destination-ports" -> ports(value);
          case "set --match-set" -> inSet(value, words.pop());
          default -> throw new IllegalArgumentException(module + " " + option);
        };
    return holds != negated;
  }

  private static boolean isInterface(String pattern, String name) {
    return pattern.endsWith("+")
        ? name.startsWith(pattern.substring(0, pattern.length() - 1))
        : name.equals(pattern);
  }

  private boolean ports(String list) {
    for (String range : List.of(list.split(",", -1))) {
      String[] ends = range.split(":", -1);
      int first = Integer.parseInt(ends[0]);
      int last = Integer.parseInt(ends[ends.length - 1]);
      if (flow.port() >= first && flow.port() <= last) {
        return true;
      }
    }
    return false;
  }

  private boolean inSet(String name, String directions) {
    var set = (SetSpec) Objects.requireNonNull(kernel.get(new SetName(name)), name);
    Ip ip = directions.startsWith("src") ? flow.source() : flow.destination();
    if (directions.contains(",")) {
      return set.members().contains(ip + "," + flow.protocol() + ":" + flow.port());
    }
    return set.members().stream()
        .anyMatch(member ->
            Optional.of(member)
                .filter(m -> m.contains("/"))
                .map(m -> Prefix.of(m).contains(ip))
                .orElseGet(() -> member.equals(ip.toString())));
  }

  private Fate act(String how, Deque<String> words) {
    String target = words.pop();
    return switch (target) {
      case "ACCEPT" -> Fate.ACCEPT;
      case "DROP", "REJECT" -> Fate.DROP;
      case "RETURN" -> Fate.RETURN;
      case "MARK" -> {
        words.pop();
        String[] bits = words.pop().split("/", -1);
        mark = (mark & ~Long.decode(bits[1])) | Long.decode(bits[0]);
        yield Fate.GO_ON;
      }
      default -> {
        Fate fate = run(target);
        yield fate == Fate.GO_ON && how.equals("--goto") ? Fate.RETURN : fate;
      }
    };
  }
}
