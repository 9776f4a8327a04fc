package io.margay.policy.selector;

import io.margay.policy.selector.Node.Comparison;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which things are meant, by their labels: {@code app == 'db' && has(tier)}. Immutable; two
 * selectors are equal when their canonical texts are.
 */
public final class Selector {
  /** {@code all()}. */
  public static final Selector ALL = new Selector(new Node.All());

  /** {@code global()}; as a namespace selector: what is in no namespace. */
  public static final Selector GLOBAL = new Selector(new Node.Global());

  private final Node root;
  private final String text;

  Selector(Node root) {
    this.root = root;
    var out = new StringBuilder();
    root.print(out);
    this.text = out.toString();
  }

  /** What a text means, or where and why it means nothing. */
  public sealed interface Parsed {
    record Valid(Selector selector) implements Parsed {}

    /**
     * No selector.
     *
     * @param position index of the first character that does not fit
     * @param expected what could stand there
     */
    record Invalid(int position, String expected) implements Parsed {}
  }

  /** Reads a selector; the empty text selects all. */
  public static Parsed parse(String text) {
    return new SelectorParser(text).parse();
  }

  /**
   * Reads a selector that is known to be good (a constant, a test).
   *
   * @throws IllegalArgumentException when it is not
   */
  public static Selector of(String text) {
    return switch (parse(text)) {
      case Parsed.Valid(Selector selector) -> selector;
      case Parsed.Invalid(int position, String expected) ->
          throw new IllegalArgumentException(
              "selector \"" + text + "\", at " + position + ": expected " + expected);
    };
  }

  /** {@code has(label)}. */
  public static Selector has(String label) {
    return new Selector(new Node.Has(label));
  }

  /** {@code label == 'value'}. */
  public static Selector equal(String label, String value) {
    return new Selector(new Node.Compare(label, Comparison.EQUAL, value));
  }

  /** {@code label in {...}}. */
  public static Selector in(String label, Collection<String> values) {
    return new Selector(new Node.In(label, false, sorted(values)));
  }

  /** {@code label not in {...}}. */
  public static Selector notIn(String label, Collection<String> values) {
    return new Selector(new Node.In(label, true, sorted(values)));
  }

  /** {@code (a && b && ...)}; a single one is itself, none at all is {@code all()}. */
  public static Selector allOf(List<Selector> selectors) {
    if (selectors.isEmpty()) {
      return ALL;
    }
    if (selectors.size() == 1) {
      return selectors.getFirst();
    }
    var operands = new ArrayList<Node>(selectors.size());
    selectors.forEach(selector -> operands.add(selector.root));
    return new Selector(new Node.And(operands));
  }

  /** {@code !this}. */
  public Selector negated() {
    return new Selector(new Node.Not(root));
  }

  /** The same with a prefix before every label name. */
  public Selector prefixed(String prefix) {
    return new Selector(root.prefixed(prefix));
  }

  /** Whether a thing with these labels is selected. */
  public boolean matches(Map<String, String> labels) {
    return root.matches(labels);
  }

  /**
   * The value that this label has on everything that is selected; empty when that is not plain to
   * see. Whoever looks for matches can leave out all others.
   */
  public Optional<String> requiredValue(String label) {
    return requiredValue(root, label);
  }

  private static Optional<String> requiredValue(Node node, String label) {
    return switch (node) {
      case Node.Compare(String name, Comparison comparison, String value)
          when comparison == Comparison.EQUAL && name.equals(label) ->
          Optional.of(value);
      case Node.In(String name, boolean negated, var values)
          when !negated && values.size() == 1 && name.equals(label) ->
          Optional.of(values.first());
      case Node.And(List<Node> operands) ->
          operands.stream().flatMap(operand -> requiredValue(operand, label).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  static SortedSet<String> sorted(Collection<String> values) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(values));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Selector selector && selector.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The canonical text: what Calico hashes into the names of its sets. */
  @Override
  public String toString() {
    return text;
  }
}
