package io.margay.lab.live;

/** Which API server a lab has. */
public enum ApiChoice {
  /** fabric8's CRUD server in the lab's process: quick, small, and no judge of anything. */
  EMBEDDED("embedded", "the embedded API server"),
  /** kube-apiserver, etcd and kube-controller-manager. */
  REAL("real", "kube-apiserver");

  private final String word;
  private final String words;

  ApiChoice(String word, String words) {
    this.word = word;
    this.words = words;
  }

  /** As it is typed. */
  public String word() {
    return word;
  }

  /** As it is told. */
  public String words() {
    return words;
  }

  /**
   * What was typed.
   *
   * @throws IllegalArgumentException when it is no choice
   */
  public static ApiChoice named(String word) {
    for (ApiChoice choice : values()) {
      if (choice.word.equals(word)) {
        return choice;
      }
    }
    throw new IllegalArgumentException("--api " + word + ": expected embedded or real");
  }
}
