package io.margay.kube.types;

import io.margay.foundation.tree.Tree;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The words of an enumeration in Calico's objects, in the order in which errors list them. */
final class Words {
  private Words() {}

  /** What the word means; empty when none is written, or the empty one. */
  static <T> Optional<T> read(Tree tree, Map<String, T> words) {
    return isGiven(tree) ? tree.choice(words) : Optional.empty();
  }

  /** Something stands here; the empty text is how Go writes nothing. */
  static boolean isGiven(Tree tree) {
    return tree.raw().filter(value -> !value.equals("")).isPresent();
  }

  static <T> Map<String, T> of(String word1, T value1, String word2, T value2) {
    var words = new LinkedHashMap<String, T>();
    words.put(word1, value1);
    words.put(word2, value2);
    return Collections.unmodifiableMap(words);
  }

  static <T> Map<String, T> of(
      String word1, T value1, String word2, T value2, String word3, T value3) {
    var words = new LinkedHashMap<>(of(word1, value1, word2, value2));
    words.put(word3, value3);
    return Collections.unmodifiableMap(words);
  }

  static <T> Map<String, T> of(
      String word1,
      T value1,
      String word2,
      T value2,
      String word3,
      T value3,
      String word4,
      T value4) {
    var words = new LinkedHashMap<>(of(word1, value1, word2, value2, word3, value3));
    words.put(word4, value4);
    return Collections.unmodifiableMap(words);
  }
}
