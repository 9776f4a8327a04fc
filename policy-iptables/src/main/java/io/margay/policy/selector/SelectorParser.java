package io.margay.policy.selector;

import io.margay.policy.selector.Node.Comparison;
import io.margay.policy.selector.Selector.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent over the grammar of Calico's {@code libcalico-go/lib/selector}; {@code &&}
 * binds tighter than {@code ||}. Keeps the first error; used once.
 */
final class SelectorParser {
  private static final int MAX_LABEL = 512;

  /** Parentheses inside of parentheses; a deeper one would only be an attack on the stack. */
  private static final int MAX_DEPTH = 128;

  private static final Node NOTHING = new Node.All();

  private final String text;
  private int at;
  private int depth;
  private Parsed.@Nullable Invalid error;

  SelectorParser(String text) {
    this.text = text;
  }

  Parsed parse() {
    skipBlanks();
    if (at == text.length()) {
      return new Parsed.Valid(Selector.ALL);
    }
    Node root = either();
    skipBlanks();
    if (error == null && at < text.length()) {
      fail("&&, || or the end");
    }
    return error != null ? error : new Parsed.Valid(new Selector(root));
  }

  private Node either() {
    var operands = new ArrayList<Node>();
    do {
      operands.add(both());
    } while (error == null && take("||"));
    return operands.size() == 1 ? operands.getFirst() : new Node.Or(List.copyOf(operands));
  }

  private Node both() {
    var operands = new ArrayList<Node>();
    do {
      operands.add(operation());
    } while (error == null && take("&&"));
    return operands.size() == 1 ? operands.getFirst() : new Node.And(List.copyOf(operands));
  }

  private Node operation() {
    boolean negated = false;
    while (take("!")) {
      negated = !negated;
    }
    Node node = term();
    return negated ? new Node.Not(node) : node;
  }

  private Node term() {
    skipBlanks();
    if (take("(")) {
      if (++depth > MAX_DEPTH) {
        return fail("at most " + MAX_DEPTH + " parentheses inside of each other");
      }
      Node inner = either();
      depth--;
      return expect(")") ? inner : NOTHING;
    }
    if (take("has(")) {
      String label = label();
      return expect(")") ? new Node.Has(label) : NOTHING;
    }
    if (take("all(")) {
      return expect(")") ? new Node.All() : NOTHING;
    }
    if (take("global(")) {
      return expect(")") ? new Node.Global() : NOTHING;
    }
    return comparison(label());
  }

  private Node comparison(String label) {
    if (error != null) {
      return NOTHING;
    }
    if (take("==")) {
      return new Node.Compare(label, Comparison.EQUAL, string());
    }
    if (take("!=")) {
      return new Node.Compare(label, Comparison.NOT_EQUAL, string());
    }
    if (takeWords("contains")) {
      return new Node.Compare(label, Comparison.CONTAINS, string());
    }
    if (takeWords("starts", "with")) {
      return new Node.Compare(label, Comparison.STARTS_WITH, string());
    }
    if (takeWords("ends", "with")) {
      return new Node.Compare(label, Comparison.ENDS_WITH, string());
    }
    if (takeWords("not", "in")) {
      return set(label, true);
    }
    if (takeWords("in")) {
      return set(label, false);
    }
    return fail("==, !=, in, not in, contains, starts with or ends with");
  }

  private Node set(String label, boolean negated) {
    var values = new TreeSet<String>();
    if (!expect("{")) {
      return NOTHING;
    }
    while (error == null && !take("}")) {
      values.add(string());
      if (error == null && !take(",")) {
        expect("}");
        break;
      }
    }
    return new Node.In(label, negated, Selector.sorted(values));
  }

  private String label() {
    skipBlanks();
    int start = at;
    while (at < text.length() && isLabelCharacter(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      fail("a label, has(label), all(), global() or (");
    } else if (at - start > MAX_LABEL) {
      at = start;
      fail("a label of at most " + MAX_LABEL + " characters");
    }
    return text.substring(start, at);
  }

  private String string() {
    skipBlanks();
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote != '\'' && quote != '"') {
      fail("a text in quotes");
      return "";
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      fail("a text with a closing " + quote);
      return "";
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  /** Takes this sign if it stands here, after blanks. */
  private boolean take(String sign) {
    if (error != null) {
      return false;
    }
    skipBlanks();
    if (!text.startsWith(sign, at)) {
      return false;
    }
    at += sign.length();
    return true;
  }

  /** Takes an operator of words, which any number of blanks may part, none too. */
  private boolean takeWords(String... words) {
    int start = at;
    for (String word : words) {
      if (!take(word)) {
        at = start;
        return false;
      }
    }
    if (at < text.length() && isLabelCharacter(text.charAt(at))) {
      at = start;
      return false;
    }
    return true;
  }

  private boolean expect(String sign) {
    if (error == null && !take(sign)) {
      fail(sign);
    }
    return error == null;
  }

  private Node fail(String expected) {
    if (error == null) {
      skipBlanks();
      error = new Parsed.Invalid(at, expected);
    }
    return NOTHING;
  }

  /** Blank and tab only; a newline is an error, as in Calico. */
  private void skipBlanks() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
  }

  private static boolean isLabelCharacter(char c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    boolean digit = c >= '0' && c <= '9';
    return letter || digit || c == '_' || c == '.' || c == '/' || c == '-';
  }
}
