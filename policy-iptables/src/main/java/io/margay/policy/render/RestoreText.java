package io.margay.policy.render;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One transaction for iptables-restore: a table from its name to COMMIT.
 *
 * @param lines in order; each knows the chain that it is for, so that a refusal by line number
 *     tells which
 */
public record RestoreText(Table table, List<Line> lines) {
  /** Chain is empty for the frame. */
  public record Line(String text, Optional<ChainKey> chain) {}

  public RestoreText {
    lines = List.copyOf(lines);
  }

  /**
   * Makes these chains what they should be, all at once: those of ours are emptied and filled, in a
   * kernel chain our old rules are taken out by their text and the new ones put in.
   *
   * @param wanted chains of one family and this table
   * @param present what is there; asked for kernel chains only
   */
  public static RestoreText put(
      Table table, Map<ChainKey, Chain> wanted, Map<ChainKey, Chain> present) {
    var sorted = new TreeMap<>(wanted);
    var lines = new ArrayList<Line>();
    lines.add(new Line("*" + table, Optional.empty()));
    sorted.keySet().stream().filter(key -> !key.isKernel()).forEach(key -> declare(key, lines));
    sorted.forEach((key, chain) -> {
      if (key.isKernel()) {
        unhook(key, present.get(key), lines);
        hook(key, chain, lines);
      } else {
        chain.rules().forEach(rule -> add(key, rule.text(), lines));
      }
    });
    lines.add(new Line("COMMIT", Optional.empty()));
    return new RestoreText(table, lines);
  }

  /** Takes chains away; of a kernel chain: our rules in it. Nothing may refer to them. */
  public static RestoreText remove(
      Table table, Collection<ChainKey> gone, Map<ChainKey, Chain> present) {
    var sorted = new TreeSet<>(gone);
    var lines = new ArrayList<Line>();
    lines.add(new Line("*" + table, Optional.empty()));
    // Emptied first: they may refer to each other.
    sorted.stream().filter(key -> !key.isKernel()).forEach(key -> declare(key, lines));
    for (ChainKey key : sorted) {
      if (key.isKernel()) {
        unhook(key, present.get(key), lines);
      } else {
        add(key, "-X " + key.name(), lines);
      }
    }
    lines.add(new Line("COMMIT", Optional.empty()));
    return new RestoreText(table, lines);
  }

  /** The text, with a newline at the end of each line. */
  public String text() {
    var out = new StringBuilder();
    lines.forEach(line -> out.append(line.text()).append('\n'));
    return out.toString();
  }

  /** Makes the chain if it is not there, and empties it. */
  private static void declare(ChainKey key, List<Line> lines) {
    add(key, ":" + key.name() + " - -", lines);
  }

  private static void unhook(ChainKey key, @Nullable Chain present, List<Line> lines) {
    if (present != null) {
      present.rules().forEach(rule -> add(key, "-D" + rule.text().substring(2), lines));
    }
  }

  private static void hook(ChainKey key, Chain chain, List<Line> lines) {
    for (ChainRule rule : chain.rules().reversed()) {
      if (!rule.last()) {
        add(key, "-I" + rule.text().substring(2), lines);
      }
    }
    for (ChainRule rule : chain.rules()) {
      if (rule.last()) {
        add(key, rule.text(), lines);
      }
    }
  }

  private static void add(ChainKey key, String text, List<Line> lines) {
    lines.add(new Line(text, Optional.of(key)));
  }
}
