package io.margay.lab.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Words of a command line: options of the lab, a verb, and what belongs to the verb. What stands
 * behind {@code exec} is a command of somebody else and is not looked into.
 */
final class Arguments {
  private static final List<String> WITH_VALUE =
      List.of("--name", "--api", "--family", "-f", "--manifests");

  private final String verb;
  private final List<String> words;
  private final List<String> foreign;

  private Arguments(String verb, List<String> words, List<String> foreign) {
    this.verb = verb;
    this.words = words;
    this.foreign = foreign;
  }

  static Arguments of(List<String> typed) {
    var words = new ArrayList<>(typed);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (WITH_VALUE.contains(word)) {
        i++;
      } else if (!word.startsWith("-")) {
        words.remove(i);
        boolean passedOn = word.equals("exec");
        List<String> behind = words.subList(i, words.size());
        List<String> foreign = passedOn ? List.copyOf(behind) : List.of();
        if (passedOn) {
          behind.clear();
        }
        return new Arguments(word, words, foreign);
      }
    }
    return new Arguments("", words, List.of());
  }

  /** The first word that is no option; empty when there is none. */
  String verb() {
    return verb;
  }

  /** Takes the option's value. */
  Optional<String> option(String name) {
    return options(name).stream().reduce((first, last) -> last);
  }

  /** Takes the values of an option that may be repeated. */
  List<String> options(String name) {
    var values = new ArrayList<String>();
    int at = words.indexOf(name);
    while (at >= 0) {
      words.remove(at);
      if (at >= words.size() || words.get(at).startsWith("-")) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      values.add(words.remove(at));
      at = words.indexOf(name);
    }
    return values;
  }

  /** Takes a word. */
  boolean flag(String name) {
    return words.remove(name);
  }

  /**
   * Takes the only word that there is.
   *
   * @throws IllegalArgumentException when there is none, or more
   */
  String word() {
    if (words.size() != 1) {
      throw new IllegalArgumentException(verb + " needs one word behind it");
    }
    return words.removeFirst();
  }

  /** What stands behind exec; a {@code --} behind its first word is no part of it. */
  List<String> rest() {
    var rest = new ArrayList<>(foreign);
    if (rest.size() > 1 && rest.get(1).equals("--")) {
      rest.remove(1);
    }
    return rest;
  }

  /**
   * Says that all was taken.
   *
   * @throws IllegalArgumentException when something is left
   */
  void done() {
    if (!words.isEmpty()) {
      throw new IllegalArgumentException(
          (verb.isEmpty() ? "lab" : verb) + " does not know " + String.join(" ", words));
    }
  }
}
