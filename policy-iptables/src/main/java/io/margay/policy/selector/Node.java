package io.margay.policy.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/** A selector as a tree. A label that is missing equals nothing and differs from everything. */
sealed interface Node {
  /** {@code all()}, and the empty selector. */
  record All() implements Node {}

  /** {@code global()}: true; it only means something as a namespace selector. */
  record Global() implements Node {}

  record Has(String label) implements Node {}

  record Compare(String label, Comparison comparison, String value) implements Node {}

  record In(String label, boolean negated, SortedSet<String> values) implements Node {}

  record Not(Node operand) implements Node {}

  record And(List<Node> operands) implements Node {}

  record Or(List<Node> operands) implements Node {}

  /** Operators that compare a label's value with one text. */
  enum Comparison {
    EQUAL("=="),
    NOT_EQUAL("!="),
    CONTAINS("contains"),
    STARTS_WITH("starts with"),
    ENDS_WITH("ends with");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    private boolean holds(String have, String want) {
      return switch (this) {
        case EQUAL -> have.equals(want);
        case NOT_EQUAL -> !have.equals(want);
        case CONTAINS -> have.contains(want);
        case STARTS_WITH -> have.startsWith(want);
        case ENDS_WITH -> have.endsWith(want);
      };
    }
  }

  /** Whether a thing with these labels is selected. */
  default boolean matches(Map<String, String> labels) {
    return switch (this) {
      case All _, Global _ -> true;
      case Has(String label) -> labels.containsKey(label);
      case Compare(String label, Comparison comparison, String value) -> {
        String have = labels.get(label);
        yield have == null ? comparison == Comparison.NOT_EQUAL : comparison.holds(have, value);
      }
      case In(String label, boolean negated, SortedSet<String> values) -> {
        String have = labels.get(label);
        yield (have != null && values.contains(have)) != negated;
      }
      case Not(Node operand) -> !operand.matches(labels);
      case And(List<Node> operands) -> {
        for (Node operand : operands) {
          if (!operand.matches(labels)) {
            yield false;
          }
        }
        yield true;
      }
      case Or(List<Node> operands) -> {
        for (Node operand : operands) {
          if (operand.matches(labels)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /** The same tree with a prefix before every label name. */
  default Node prefixed(String prefix) {
    return switch (this) {
      case All all -> all;
      case Global global -> global;
      case Has(String label) -> new Has(prefix + label);
      case Compare(String label, Comparison comparison, String value) ->
          new Compare(prefix + label, comparison, value);
      case In(String label, boolean negated, SortedSet<String> values) ->
          new In(prefix + label, negated, values);
      case Not(Node operand) -> new Not(operand.prefixed(prefix));
      case And(List<Node> operands) -> new And(prefixed(operands, prefix));
      case Or(List<Node> operands) -> new Or(prefixed(operands, prefix));
    };
  }

  private static List<Node> prefixed(List<Node> operands, String prefix) {
    var out = new ArrayList<Node>(operands.size());
    operands.forEach(operand -> out.add(operand.prefixed(prefix)));
    return out;
  }

  /** Appends the canonical text. */
  default void print(StringBuilder out) {
    switch (this) {
      case All _ -> out.append("all()");
      case Global _ -> out.append("global()");
      case Has(String label) -> out.append("has(").append(label).append(')');
      case Compare(String label, Comparison comparison, String value) -> {
        out.append(label).append(' ').append(comparison.sign).append(' ');
        quote(value, out);
      }
      case In(String label, boolean negated, SortedSet<String> values) -> {
        out.append(label).append(negated ? " not in {" : " in {");
        String separator = "";
        for (String value : values) {
          out.append(separator);
          quote(value, out);
          separator = ", ";
        }
        out.append('}');
      }
      case Not(Node operand) -> {
        out.append('!');
        operand.print(out);
      }
      case And(List<Node> operands) -> printJoined(operands, " && ", out);
      case Or(List<Node> operands) -> printJoined(operands, " || ", out);
    }
  }

  private static void printJoined(List<Node> operands, String joiner, StringBuilder out) {
    String separator = "(";
    for (Node operand : operands) {
      out.append(separator);
      operand.print(out);
      separator = joiner;
    }
    out.append(')');
  }

  /** The language has no escapes: a value holds at most one kind of quotes. */
  private static void quote(String value, StringBuilder out) {
    char quote = value.indexOf('"') >= 0 ? '\'' : '"';
    out.append(quote).append(value).append(quote);
  }
}
