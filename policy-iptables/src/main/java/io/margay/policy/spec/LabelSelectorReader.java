package io.margay.policy.spec;

import io.margay.foundation.tree.Tree;
import io.margay.policy.spec.LabelSelector.Operator;
import io.margay.policy.spec.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads a Kubernetes label selector. What is wrong is noted in the tree's problems. */
final class LabelSelectorReader {
  private static final Map<String, Operator> OPERATORS = new LinkedHashMap<>();

  static {
    OPERATORS.put("In", Operator.IN);
    OPERATORS.put("NotIn", Operator.NOT_IN);
    OPERATORS.put("Exists", Operator.EXISTS);
    OPERATORS.put("DoesNotExist", Operator.DOES_NOT_EXIST);
  }

  /** Kubernetes' labels: an optional DNS name before a slash, up to 63 characters after it. */
  private static final Pattern KEY =
      Pattern.compile("([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?");

  private static final Pattern VALUE =
      Pattern.compile("([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?");

  private LabelSelectorReader() {}

  /** A missing selector reads as one without terms: it selects all. */
  static LabelSelector read(Tree selector) {
    selector.only("matchLabels", "matchExpressions");
    var labels = new TreeMap<String, String>();
    selector
        .at("matchLabels")
        .entries()
        .forEach((key, tree) -> {
          if (!KEY.matcher(key).matches()) {
            tree.problem("a label whose name is one");
          }
          value(tree).ifPresent(value -> labels.put(key, value));
        });
    var expressions = new ArrayList<Requirement>();
    for (Tree expression : selector.at("matchExpressions").items()) {
      requirement(expression).ifPresent(expressions::add);
    }
    return new LabelSelector(labels, List.copyOf(expressions));
  }

  private static Optional<Requirement> requirement(Tree expression) {
    expression.only("key", "operator", "values");
    Tree keyTree = expression.at("key");
    String key = keyTree.requiredText();
    if (!key.isEmpty() && !KEY.matcher(key).matches()) {
      keyTree.problem("the name of a label");
    }
    Tree operatorTree = expression.at("operator");
    if (!operatorTree.isPresent()) {
      operatorTree.problem("one of " + String.join(", ", OPERATORS.keySet()));
    }
    Optional<Operator> operator = operatorTree.choice(OPERATORS);
    var values = new ArrayList<String>();
    Tree valuesTree = expression.at("values");
    for (Tree item : valuesTree.items()) {
      value(item).ifPresent(values::add);
    }
    operator.ifPresent(found -> {
      boolean wants = found == Operator.IN || found == Operator.NOT_IN;
      if (wants == valuesTree.items().isEmpty()) {
        valuesTree.problem(wants ? "at least one value" : "no values beside this operator");
      }
    });
    return operator.map(found -> new Requirement(key, found, List.copyOf(values)));
  }

  private static Optional<String> value(Tree tree) {
    if (!tree.isPresent()) {
      tree.problem("the value of a label");
    }
    return tree.parsed(
        text -> VALUE.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
        "the value of a label: up to 63 of letters, digits, -, _ and .");
  }
}
